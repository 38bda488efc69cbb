import { formatPath, HoldfastError, type Path } from '../core/index.ts'

/** Where in which file something stands. */
export interface Place {
  readonly file: string
  readonly path: Path
}

export function inside(place: Place, ...more: Path): Place {
  return { file: place.file, path: [...place.path, ...more] }
}

/** What was expected at a place, and what came instead. */
export function unexpected(place: Place, expected: string, got: unknown): HoldfastError<'invalid'> {
  const path = formatPath(place.path)
  const where = path === '' ? place.file : `${path} in ${place.file}`
  return new HoldfastError('invalid', `Expected ${expected} at ${where}, got ${describe(got)}. Nothing was replayed`, { path })
}

/** @throws invalid */
export function toList(value: unknown, place: Place, expected: string): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[]
  throw unexpected(place, expected, value)
}

/** @throws invalid */
export function toObject(value: unknown, place: Place, expected: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>
  throw unexpected(place, expected, value)
}

/** Text, or undefined for what is absent or null. @throws invalid */
export function toOptionalText(value: unknown, place: Place, expected: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  throw unexpected(place, expected, value)
}

/** Text or a number as text; undefined for what is absent or null. @throws invalid */
export function toOptionalName(value: unknown, place: Place, expected: string): string | undefined {
  return typeof value === 'number' ? String(value) : toOptionalText(value, place, expected)
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'string') return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value)}`
  if (typeof value !== 'object') return `the ${typeof value} ${value}`
  const names = Object.keys(value)
  if (names.length === 0) return 'an empty object'
  return `an object with ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', ...' : ''}`
}
