import { HoldfastError } from '../core/index.ts'
import type { SessionDefinition, Variables } from '../session/index.ts'
import type { ChatMessage } from './chat.ts'
import type { RunFormat } from './run.ts'

/**
 * What variables to follow while a recorded run is replayed. A tracker is a plain object of pure functions: it sees each
 * message once and in order, changes the state in place, and does nothing else. It may run more than once for the same
 * message, always on the state before it.
 */
export interface Tracker<State extends object = Variables, Item = ChatMessage> {
  readonly name: string
  /** What `track` is given: chat messages (default) or dialogue turns. */
  readonly format?: RunFormat
  /** What the sessions hold: schema, terms to find them by, secrets. Default: any variables. */
  readonly definition?: SessionDefinition<object>
  /** Variables a session starts with. */
  readonly start?: Readonly<Partial<State>>
  /** Changes the state by what one message or turn says. Must be synchronous. */
  track(state: State, item: Item, info: TrackInfo): void
}

/** What a tracker is told besides the message. */
export interface TrackInfo {
  /** The session's id. */
  readonly session: string
  /** Whose run it is, where the data says so. */
  readonly user: string | undefined
  /** Position of the message or turn in its run, from 0. */
  readonly index: number
  /** True for the last message or turn of its run. */
  readonly last: boolean
}

/** A tracker of whatever kind; `checkTracker` and the format of the data decide what it is given. */
export type SomeTracker = Tracker<object, never>

/** @throws invalid when a module's default export is no tracker. */
export function checkTracker(value: unknown, where: string): SomeTracker {
  const tracker = value as Partial<SomeTracker> | null | undefined
  if (typeof tracker === 'object' && tracker !== null && typeof tracker.name === 'string' && typeof tracker.track === 'function')
    return tracker as SomeTracker
  throw new HoldfastError(
    'invalid',
    `Expected ${where} to have a default export { name, track(state, message, info) }, got ${value === undefined ? 'none' : typeof value}`,
    { path: where },
  )
}
