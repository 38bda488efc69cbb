import { createHash } from 'node:crypto'
import { HoldfastError } from '../core/index.ts'

/** Values a term may have: text, numbers and booleans, or several of them. */
export type TermValue = string | number | boolean

/** The texts an engine keeps for the values of a term. @throws invalid for values that have no place in an index. */
export function termValues(term: string, value: unknown): string[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value.flatMap((item) => termValues(term, item))
  if (value instanceof Set) return [...value].flatMap((item) => termValues(term, item))
  if (value instanceof Date) return [termText(value.getTime())]
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [termText(value)]
  throw new HoldfastError(
    'invalid',
    `Term ${term} can hold text, numbers, booleans, dates or lists of them, got ${typeof value}`,
    { path: term },
  )
}

/** The same for what `read` finds; nothing where the way to the value leads through something that has no properties. */
export function termsFound(term: string, read: () => unknown): string[] {
  let value: unknown
  try {
    value = read()
  } catch (error) {
    if (HoldfastError.is(error, 'invalid')) return []
    throw error
  }
  return termValues(term, value)
}

/** The first character says which kind of value it is, so that kinds neither meet nor mix in a range. */
const TEXT = '"'
const NUMBER = '#'
const BOOLEAN = '!'
/** Engines take values of up to 512 bytes; a character takes three at most. */
const MOST = 128

/**
 * Text stands as it is, so that it sorts as text; long text by its beginning and a hash, so that it is found exactly.
 * Numbers are written so that text order is number order: the bits of the double (IEEE 754) as sixteen hexadecimal
 * digits, the sign bit inverted, and for negative numbers all others too.
 */
export function termText(value: TermValue): string {
  if (typeof value === 'boolean') return `${BOOLEAN}${value}`
  if (typeof value === 'number') return `${NUMBER}${orderedBits(value)}`
  const isPlain = value.length <= MOST && value.isWellFormed() && !value.includes('\0')
  if (isPlain) return TEXT + value
  const hash = createHash('sha256').update(JSON.stringify(value)).digest('base64url')
  return `${TEXT}${value.slice(0, MOST).toWellFormed().replaceAll('\0', ' ')}~${hash}`
}

/** Where the values of one kind end: every text of the kind sorts before. */
export function endOfKind(value: TermValue): string {
  const kind = typeof value === 'boolean' ? BOOLEAN : typeof value === 'number' ? NUMBER : TEXT
  return String.fromCharCode(kind.charCodeAt(0) + 1)
}

function orderedBits(value: number): string {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value === 0 ? 0 : value)
  const bits = bytes.readBigUInt64BE()
  const sign = 1n << 63n
  bytes.writeBigUInt64BE((bits & sign) === 0n ? bits | sign : bits ^ 0xffffffffffffffffn)
  return bytes.toString('hex')
}
