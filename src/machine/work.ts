import type { EventObject, Late } from '../statechart/index.ts'

/** A timer that was set: an event for the instance itself, or with `target` a message to another one. */
export interface PendingTimer {
  /** Milliseconds since the Unix epoch. */
  readonly at: number
  /** The whole delay in milliseconds: what `restart` waits for again. */
  readonly delay: number
  readonly event: EventObject
  readonly target?: string
  readonly late?: Late
  /** It has rung, and its state is still active: kept, so that a changed definition can be proved to fit. */
  readonly rang?: true
}

/** What an `invoke` has started: an effect, or an instance of another machine. */
export type RunningInvoke =
  | { readonly src: string; readonly effect: string; readonly input?: unknown }
  | { readonly src: string; readonly child: string }

/** What an instance has under way besides its snapshot. Replaced as a whole, never changed in place. */
export interface Work {
  readonly timers: { readonly [id: string]: PendingTimer }
  readonly invokes: { readonly [id: string]: RunningInvoke }
  /** The instance that started this one, and the `invoke` it did it for. */
  readonly parent?: { readonly id: string; readonly invoke: string }
  /** It was stopped: nothing moves it any more. */
  readonly stopped?: true
}

/** Nothing is under way. */
export const IDLE: Work = { timers: {}, invokes: {} }

/** True when there is nothing to be kept. */
export function isIdle(work: Work): boolean {
  const { timers, invokes, parent, stopped } = work
  const isEmpty = Object.keys(timers).length === 0 && Object.keys(invokes).length === 0
  return isEmpty && parent === undefined && stopped === undefined
}

/** The timer by which an answer that could not be taken is given again. */
export function answerTimer(type: string): string {
  return `answer.${type}`
}

export function withTimer(work: Work, id: string, timer: PendingTimer): Work {
  return { ...work, timers: { ...work.timers, [id]: timer } }
}

export function withoutTimer(work: Work, id: string): Work {
  const { [id]: _, ...timers } = work.timers
  return { ...work, timers }
}

export function withInvoke(work: Work, id: string, invoke: RunningInvoke): Work {
  return { ...work, invokes: { ...work.invokes, [id]: invoke } }
}

export function withoutInvoke(work: Work, id: string): Work {
  const { [id]: _, ...invokes } = work.invokes
  return { ...work, invokes }
}
