import type { RunOutline } from '../../index.ts'
import { isoTime } from '../moment.ts'

/** A run as programs read it: times in ISO 8601. */
export function withTimes<Run extends RunOutline>(run: Run): object {
  const { created, finished, waits } = run
  return {
    ...run,
    created: isoTime(created),
    finished: finished === null ? null : isoTime(finished),
    waits: waits.map((wait) => ({ ...wait, until: wait.until === null ? null : isoTime(wait.until) })),
  }
}
