import type { EntityTx } from '../runtime/index.ts'
import type { StepRecord, Wait } from './record.ts'

/** A step that waits, without what somebody is to know to decide. */
export interface RunWait {
  readonly step: string
  readonly for: Wait['for']
  /** Milliseconds since the epoch; null: as long as it takes. */
  readonly until: number | null
  /** The name of the event. */
  readonly event?: string
  /** What a person was asked. */
  readonly title?: string
}

/** What lists tell of a run's steps is kept beside them: a run may have thousands. How many there are... */
export const TALLY = 'tally'
/** ...and which of them wait. */
export const WAITS = 'wait/'

/** To be called whenever a step is recorded: a new one, or one that has waited. */
export function tell(entity: EntityTx, step: string, record: StepRecord): void {
  const key = WAITS + step
  const isKnown = entity.get(key) !== undefined
  if (!isKnown) entity.set(TALLY, Number(entity.get(TALLY) ?? 0) + 1)
  if ('wait' in record) entity.set(key, waitOf(step, record.wait))
  else if (isKnown) entity.delete(key)
}

export function waitOf(step: string, wait: Wait): RunWait {
  const { for: what, until } = wait
  if (wait.for === 'event') return { step, for: what, until, event: wait.event }
  return wait.for === 'approval' ? { step, for: what, until, title: wait.title } : { step, for: what, until }
}
