import { HoldfastError } from '../core/index.ts'
import { invalid, Refusal } from './refusal.ts'

/** What a write may be made on: any revision, or one of these. */
export type IfMatch = '*' | readonly number[]

/** The entity tag of a revision. */
export function etag(revision: number): string {
  return `"${revision}"`
}

/** Reads `If-Match`. @throws invalid: 428 when it is missing, 400 when it is unreadable. */
export function readIfMatch(headers: Headers): IfMatch {
  const text = headers.get('if-match')
  if (text === null) {
    const message = 'Expected If-Match with the revision you have read, such as If-Match: "7", or If-Match: * for any; got none'
    throw new Refusal(428, 'invalid', message, { path: 'if-match' })
  }
  if (text.trim() === '*') return '*'
  return tagsOf(text, 'if-match').flatMap((tag) => (/^"\d{1,15}"$/.test(tag) ? [Number(tag.slice(1, -1))] : []))
}

/** True when an answer of this revision is what the client has already (RFC 9110: weak comparison). */
export function isKnown(headers: Headers, revision: number): boolean {
  const text = headers.get('if-none-match')
  if (text === null) return false
  return text.trim() === '*' || tagsOf(text, 'if-none-match').some((tag) => tag.replace(/^W\//, '') === etag(revision))
}

/** True for `If-None-Match: *`: only if there is nothing yet. @throws invalid for anything else there */
export function readIfNoneMatch(headers: Headers): boolean {
  const text = headers.get('if-none-match')
  if (text === null) return false
  if (text.trim() === '*') return true
  throw invalid(`Expected If-None-Match: * on a write, got ${JSON.stringify(text)}`, 'if-none-match')
}

/** @throws conflict (412) when an entity stands at none of the revisions asked for. */
export function checkMatch(match: IfMatch, current: number, entity: string): void {
  if (match === '*' || match.includes(current)) return
  const message = `Expected ${entity} at revision ${match.join(' or ') || 'of that tag'}, it is at ${current}; read it again and decide anew`
  const [expected] = match
  throw new Refusal(412, 'conflict', message, { entity, current, ...(expected !== undefined && { expected }) })
}

/** The `Idempotency-Key` of a write: at most 255 characters of printable ASCII. @throws invalid */
export function readKey(headers: Headers): string | undefined {
  const key = headers.get('idempotency-key')
  if (key === null) return undefined
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw invalid('Expected an Idempotency-Key of 1 to 255 printable characters without spaces', 'idempotency-key')
}

/** A key used before for another request is 422 here. */
export function asReused(error: unknown): unknown {
  const isReuse = HoldfastError.is(error, 'invalid') && error.details.path === 'key'
  return isReuse ? new Refusal(422, 'invalid', error.message, { path: 'idempotency-key' }) : error
}

function tagsOf(text: string, name: string): string[] {
  const tags = text.split(',').map((tag) => tag.trim())
  if (tags.every((tag) => /^(?:W\/)?"[\x21\x23-\x7e]*"$/.test(tag))) return tags
  throw invalid(`Expected ${name} to be entity tags such as "7", or *, got ${JSON.stringify(text.slice(0, 100))}`, name)
}
