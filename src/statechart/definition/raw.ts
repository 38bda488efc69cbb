/** A definition before anybody has looked whether it is one: what untyped callers and JSON may hand over. */
export interface RawState {
  readonly [property: string]: unknown
}

/** An object that is neither null nor a list. */
export function isRecord(value: unknown): value is RawState {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** One or several, as several. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}
