import type { EventObject } from './event.ts'

/**
 * What becomes of a timer that could not ring in time, because no process ran: `fire` it late, `restart` its whole delay, or `drop` it.
 * Without a word it fires.
 */
export type Late = 'fire' | 'restart' | 'drop'

/** Deliver `event` to another actor, at once or at `at`. */
export interface SendEffect {
  readonly type: 'send'
  /** The id of an invoked child, `parent`, or a name the runtime knows. */
  readonly target: string
  readonly event: EventObject
  /** By which a later `cancel` finds it. */
  readonly id?: string
  /** Milliseconds since the Unix epoch; absent means now. */
  readonly at?: number
  readonly late?: Late
}

/** Give `event` back to this machine at `at`. A timer of the same id replaces the one before. */
export interface ScheduleEffect {
  readonly type: 'schedule'
  readonly id: string
  readonly event: EventObject
  /** Milliseconds since the Unix epoch. */
  readonly at: number
  readonly late?: Late
}

/** Forget the timer, or the delayed message, of this id; nothing happens when there is none. */
export interface CancelEffect {
  readonly type: 'cancel'
  readonly id: string
}

/** Tell whoever listens. */
export interface EmitEffect {
  readonly type: 'emit'
  readonly event: EventObject
}

/** Write a line to the log. */
export interface LogEffect {
  readonly type: 'log'
  readonly label?: string
  readonly value: unknown
}

/** Start the child `id`; answer with `done.invoke.<id>` or `error.invoke.<id>`, with `invokeId` set to `id`. */
export interface StartEffect {
  readonly type: 'start'
  readonly id: string
  /** What to start: a name the runtime knows. */
  readonly src: string
  readonly input?: unknown
}

/** Stop the child `id`; what it still sends is not wanted any more. */
export interface StopEffect {
  readonly type: 'stop'
  readonly id: string
}

/** Do what the definition declared under `name` in its `effects`. */
export interface PerformEffect {
  readonly type: 'perform'
  readonly name: string
  readonly payload: unknown
}

/** Work that a step asks for. A step itself does none of it; the order is the order to do it in. */
export type Effect =
  | SendEffect
  | ScheduleEffect
  | CancelEffect
  | EmitEffect
  | LogEffect
  | StartEffect
  | StopEffect
  | PerformEffect
