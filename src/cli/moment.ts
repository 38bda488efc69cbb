import type { Moment } from '../index.ts'
import { UsageError } from './usage-error.ts'

/** Reads a revision (`7`) or a time (ISO 8601). @throws UsageError */
export function toMoment(typed: string, name: string): Moment {
  if (/^\d+$/.test(typed) && Number(typed) >= 1 && Number.isSafeInteger(Number(typed))) return Number(typed)
  const time = /^\d{4}-\d{2}/.test(typed) ? new Date(typed) : undefined
  if (time !== undefined && !Number.isNaN(time.getTime())) return time
  throw new UsageError(
    `Expected ${name} to be a revision or a time such as 2026-01-31T12:00:00Z, got ${JSON.stringify(typed)}`,
    name,
  )
}

/** Milliseconds since the epoch as ISO 8601, to the second. */
export function formatTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** Milliseconds since the epoch as ISO 8601, exactly. */
export function isoTime(at: number): string {
  return new Date(at).toISOString()
}
