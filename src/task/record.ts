import type { Described } from '../runtime/index.ts'
import { flat } from './address.ts'

/** What is recorded when a run is started. */
export interface RunStart {
  readonly task: string
  readonly input: unknown
  /** The id of who started it: it acts as that one. */
  readonly by: string
  readonly created: number
  /** The run it was forked from, and the step that was to be done anew. */
  readonly origin?: { readonly run: string; readonly step: string }
}

/** `waiting` holds no worker; `failed` is the dead-letter list; `needs_migration` met code that does not fit what is recorded. */
export type RunStatus = 'running' | 'waiting' | 'done' | 'failed' | 'cancelled' | 'needs_migration'

/** Where a run stands. */
export interface RunState {
  readonly status: RunStatus
  /** The newest claim that has been at work: an older one records nothing any more. */
  readonly epoch: number
  /** Attempts begun since something was last recorded. */
  readonly tries: number
  /** How many steps were recorded when the newest attempt began, waited or ended. */
  readonly steps: number
  readonly finished?: number
  /** Why it failed, or why the last attempt did. */
  readonly error?: Described
  /** The step whose failure ended it. */
  readonly failedOf?: string
}

/** What a step waits for. */
export type Wait =
  | { readonly for: 'sleep'; readonly until: number }
  | { readonly for: 'run'; readonly run: string; readonly until: null }
  | { readonly for: 'event'; readonly event: string; readonly until: number | null }
  | {
      readonly for: 'approval'
      readonly title: string
      readonly data: unknown
      readonly until: number | null
      readonly asked: number
    }

/** What is recorded of a step: what it came to, or what it waits for. `order` counts the steps of the run. */
export type StepRecord = { readonly order: number } & (
  | { readonly value: unknown }
  | { readonly error: Described }
  | { readonly wait: Wait }
)

/** Of the keys of a run's entity. */
export const START = 'start'
export const STATE = 'state'
export const OUTPUT = 'output'
export const STEPS = 'step/'
const MAIL = 'mail/'

/** What the keys of the events of a name begin with that have come and nobody has waited for yet. */
export function mailKey(event: string): string {
  return `${MAIL}${flat(event)}/`
}

/** The chunks of streams, a page at a time: `page/<stream>/<number of its first chunk>`. */
const PAGES = 'page/'
export const STREAMS = 'stream/'

/** How far a stream has come. */
export interface StreamState {
  readonly chunks: number
  readonly bytes: number
  readonly ended: boolean
  /** Where chunks were taken back, as another attempt has said something else from there on: oldest first. */
  readonly cuts?: readonly number[]
}

/** The stream that is meant when none is named. */
export const STREAM = 'out'

export const NO_STREAM: StreamState = { chunks: 0, bytes: 0, ended: false }

export function streamKey(stream: string): string {
  return STREAMS + flat(stream)
}

/** The key of the page that begins with a chunk; without one, what all pages of the stream begin with. */
export function pageKey(stream: string, first?: number): string {
  return `${PAGES}${flat(stream)}/${first === undefined ? '' : String(first).padStart(10, '0')}`
}

export function isOver(status: RunStatus): boolean {
  return status === 'done' || status === 'failed' || status === 'cancelled'
}
