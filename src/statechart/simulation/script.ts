import type { EventObject } from '../event.ts'
import type { AnswerSamples, EventSamples } from '../sample.ts'
import type { MachineTypes } from '../snapshot.ts'

/** One thing that happens. */
export type Occurrence<E extends EventObject = EventObject> =
  /** An event from outside, for the machine itself or, `to`, for a child of it. */
  | { readonly send: E; readonly to?: undefined }
  | { readonly send: EventObject; readonly to: string }
  /** Milliseconds pass; timers go off at their moments. */
  | { readonly wait: number }
  /** A child that is no machine finishes. Children of children: ids joined by dots. */
  | { readonly done: string; readonly output?: unknown }
  /** A child that is no machine fails. */
  | { readonly fail: string; readonly error?: unknown }

/** How a child that is no machine ends when nobody says otherwise, and after how many milliseconds. */
export type Outcome = { readonly output: unknown; readonly after?: number } | { readonly error: unknown; readonly after?: number }

/** What happens by chance. */
export interface Chances<T extends MachineTypes = MachineTypes> {
  /** The same seed gives the same run. */
  readonly seed: number
  /** How many things happen at most. */
  readonly steps: number
  /** Events to choose from, by type. */
  readonly events?: EventSamples<T>
  /** Answers of children to choose from, by their id. */
  readonly answers?: AnswerSamples
}

/** What happens: told, or by chance. */
export type Plot<T extends MachineTypes = MachineTypes> = { readonly script: readonly Occurrence<T['events']>[] } | Chances<T>
