import type { PendingTimer } from './work.ts'

/** Timers that ring later than this count as late unless the machine says otherwise. */
const LATE_AFTER_MS = 10_000

/** What to do with a timer that rings now: `again` is when it is to ring instead. */
export type Ring = { readonly do: 'fire' } | { readonly do: 'drop' } | { readonly do: 'restart'; readonly again: number }

/** A timer is late only when no process was there at its time; what happens then its definition has said. */
export function ringOf({ at, delay, late = 'fire' }: PendingTimer, now: number, lateAfter = LATE_AFTER_MS): Ring {
  if (late === 'fire' || now - at <= lateAfter) return { do: 'fire' }
  return late === 'drop' ? { do: 'drop' } : { do: 'restart', again: now + delay }
}
