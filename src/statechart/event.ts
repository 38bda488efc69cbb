/** What a machine reacts to. Everything beside `type` is the sender's own. */
export interface EventObject {
  readonly type: string
}

/** An event the engine itself raises or the runtime sends on behalf of a child. Names follow SCXML 1.0, appendix "Event names". */
export interface PlatformEvent extends EventObject {
  /** What a final state, or a finished child, hands over (`done.state.*`, `done.invoke.*`). */
  readonly output?: unknown
  /** What was thrown (`error.execution`), or why a child or a message failed. */
  readonly error?: unknown
  /** The child the event comes from. */
  readonly invokeId?: string
}

/** The event as the engine sees it: fields it did not put there are unknown to it. */
export function platform(event: EventObject): PlatformEvent {
  return event
}

/** Raised when all regions of a parallel state, or the final child of a compound one, are reached (SCXML 1.0, 3.7). */
export function doneState(id: string, output: unknown): PlatformEvent {
  return output === undefined ? { type: `done.state.${id}` } : { type: `done.state.${id}`, output }
}

/** The type of the event that tells of a finished child. */
export const doneInvoke = (id: string): string => `done.invoke.${id}`

/** The type of the event that tells of a child that failed. */
export const errorInvoke = (id: string): string => `error.invoke.${id}`

/** Raised when a guard, an action or an expression throws (SCXML 1.0, 5.10.2). */
export const ERROR_EXECUTION = 'error.execution'

export function errorExecution(error: unknown): PlatformEvent {
  return { type: ERROR_EXECUTION, error }
}

/** What a machine is entered with: no event at all. */
export const INIT: EventObject = Object.freeze({ type: 'init' })
