import type { Configuration } from '../configuration.ts'
import type { Memory } from '../memory.ts'
import type { ChartTransition } from '../state-table.ts'

/** Where a machine may be between two microsteps, the context left aside. */
export interface Moment {
  readonly configuration: Configuration
  readonly memory: Memory
  /** The types of the events raised and not processed yet. */
  readonly queue: readonly string[]
  /** The machine as a whole has come to its end. */
  readonly done: boolean
  /** True when the machine may wait here for the next event. */
  rests: boolean
  /** The step by which it was reached first; undefined for the beginning. */
  via: Passage | undefined
  /** What may come next. */
  readonly passages: Passage[]
}

/** One microstep that may be taken. */
export interface Passage {
  readonly from: Moment
  readonly to: Moment
  /** The event from outside it begins with; undefined within a step. */
  readonly event: string | undefined
  readonly taken: readonly ChartTransition[]
  /** True when it follows from its moment, or from its event there, whatever guards say. */
  readonly forced: boolean
  /** True when it may change the context. */
  readonly changes: boolean
}

/** The events from outside that lead to a moment. */
export function traceTo(moment: Moment | undefined): string[] {
  const events: string[] = []
  for (let via = moment?.via; via !== undefined; via = via.from.via) if (via.event !== undefined) events.push(via.event)
  return events.reverse()
}

/** True when no guard has a say on the way to a moment. */
export function isCertain(moment: Moment | undefined): boolean {
  for (let via = moment?.via; via !== undefined; via = via.from.via) if (!via.forced) return false
  return true
}
