import { type Path, parsePath } from '../core/index.ts'
import type { Difference } from './difference.ts'

/** What stands in the place of a secret. */
export const MASK = '[secret]'

/** A copy of a state without the values at secret paths. */
export function mask<State>(state: State, secret: readonly string[]): State {
  return secret.reduce((masked, path) => maskAt(masked, parsePath(path)) as State, state)
}

/** The same for differences: those at or below a secret path, and those around one. */
export function maskDifferences(found: readonly Difference[], secret: readonly string[]): Difference[] {
  return found.map((difference) => {
    const at = parsePath(difference.path)
    const hide = (value: unknown): unknown => secret.reduce((masked, path) => maskBelow(masked, at, parsePath(path)), value)
    return {
      path: difference.path,
      op: difference.op,
      ...('before' in difference && { before: hide(difference.before) }),
      ...('after' in difference && { after: hide(difference.after) }),
    }
  })
}

/** Text shorter than this is not looked for: it would be found everywhere. */
const LEAST_TEXT = 4

/** Every text inside a value that is long enough to be looked for. */
export function textsIn(value: unknown, into: Set<string>): void {
  if (typeof value === 'string') {
    if (value.length >= LEAST_TEXT) into.add(value)
  } else if (value instanceof URL) into.add(value.href)
  else if (value instanceof Map) for (const item of value.values()) textsIn(item, into)
  else if (value instanceof Set) for (const item of value) textsIn(item, into)
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) textsIn(item, into)
}

/** A copy of a value in which `[secret]` stands for these texts. */
export function maskTexts(value: unknown, texts: ReadonlySet<string>): unknown {
  return withoutTexts(
    value,
    [...texts].sort((a, b) => b.length - a.length),
  )
}

/** Longer ones come first: one that holds another would leave its rest. */
function withoutTexts(value: unknown, texts: readonly string[]): unknown {
  const hide = (text: string): string => texts.reduce((rest, secret) => rest.replaceAll(secret, MASK), text)
  if (typeof value === 'string') return hide(value)
  if (value instanceof URL) return hide(value.href) === value.href ? value : hide(value.href)
  if (Array.isArray(value)) return value.map((item) => withoutTexts(item, texts))
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [withoutTexts(key, texts), withoutTexts(item, texts)]))
  if (value instanceof Set) return new Set([...value].map((item) => withoutTexts(item, texts)))
  if (typeof value !== 'object' || value === null || ![Object.prototype, null].includes(Object.getPrototypeOf(value)))
    return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [hide(name), withoutTexts(item, texts)]))
}

/** True when a path is secret or lies inside something secret. */
export function isSecret(path: Path, secret: readonly string[]): boolean {
  return secret.some((one) => startsWith(path, parsePath(one)))
}

function maskBelow(value: unknown, at: Path, secret: Path): unknown {
  if (startsWith(at, secret)) return MASK
  return startsWith(secret, at) ? maskAt(value, secret.slice(at.length)) : value
}

function maskAt(value: unknown, path: Path): unknown {
  const [name, ...rest] = path
  if (name === undefined) return MASK
  if (value instanceof Map)
    return value.has(String(name)) ? new Map([...value]).set(String(name), maskAt(value.get(String(name)), rest)) : value
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return value
  const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as unknown as Record<string, unknown>) : { ...value }
  copy[String(name)] = maskAt((value as Record<string, unknown>)[String(name)], rest)
  return copy
}

/** True when a path is the prefix or lies below it. */
export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((segment, i) => String(segment) === String(path[i]))
}
