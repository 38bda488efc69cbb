import type { Wait } from './record.ts'

/** A step that waits, without what somebody is to know to decide. */
export interface RunWait {
  readonly step: string
  readonly for: Wait['for']
  /** Milliseconds since the epoch; null: as long as it takes. */
  readonly until: number | null
  /** The name of the event. */
  readonly event?: string
  /** The other run. */
  readonly run?: string
  /** What a person was asked. */
  readonly title?: string
}

/** The steps that wait are told beside them, too, for lists: a run may have thousands of steps. */
export const WAITS = 'wait/'

export function waitOf(step: string, wait: Wait): RunWait {
  const { for: what, until } = wait
  if (wait.for === 'run') return { step, for: what, until, run: wait.run }
  if (wait.for === 'event') return { step, for: what, until, event: wait.event }
  return wait.for === 'approval' ? { step, for: what, until, title: wait.title } : { step, for: what, until }
}
