import type { Described } from '../runtime/index.ts'
import type { TreeSource } from '../store/index.ts'
import { sessionOfRun, unflat } from './address.ts'
import {
  isOver,
  OUTPUT,
  type RunStart,
  type RunState,
  type RunStatus,
  START,
  STATE,
  STEPS,
  STREAMS,
  type StepRecord,
  type StreamState,
  type Wait,
} from './record.ts'
import { type RunWait, waitOf } from './run-wait.ts'
import { leavesBelow, stored } from './stored.ts'

/** A step of a run as it is shown. */
export interface RunStep {
  readonly name: string
  readonly order: number
  readonly status: 'done' | 'failed' | 'waiting'
  readonly value?: unknown
  readonly error?: Described
  readonly wait?: Wait
}

/** How far a stream of a run has come. */
export interface RunStream extends StreamState {
  readonly name: string
}

/** Where a run stands. Times are milliseconds since the epoch. */
export interface RunOutline {
  readonly id: string
  readonly session: string
  readonly task: string
  readonly status: RunStatus
  /** The id of who started it. */
  readonly by: string
  readonly created: number
  readonly finished: number | null
  /** Why it failed, or why the last attempt did. */
  readonly error: Described | null
  /** What it waits for; nothing once it is over. */
  readonly waits: readonly RunWait[]
}

/** A run as it stands, with all that is recorded of it. */
export interface RunInspection extends RunOutline {
  /** The run it was forked from, and the step that was to be done anew. */
  readonly origin: RunStart['origin'] | null
  readonly input: unknown
  readonly output: unknown
  /** Attempts begun since something was last recorded. */
  readonly tries: number
  /** The newest claim that has been at work: it grows with every attempt. */
  readonly epoch: number
  /** In the order they were asked for. */
  readonly steps: readonly RunStep[]
  /** By name. */
  readonly streams: readonly RunStream[]
}

export function inspection(id: string, tree: TreeSource): RunInspection {
  const start = stored(tree, START) as RunStart
  const state = stored(tree, STATE) as RunState
  const { tries, epoch } = state
  const steps = leavesBelow(tree, STEPS).map(([name, record]) => shown(name, record as StepRecord))
  const streams = leavesBelow(tree, STREAMS).map(([name, stream]) => ({ name: unflat(name), ...(stream as StreamState) }))
  const waiting = isOver(state.status) ? [] : steps
  return {
    ...outline(id, start, state),
    waits: waiting.flatMap(({ name, wait }) => (wait === undefined ? [] : [waitOf(name, wait)])),
    origin: start.origin ?? null,
    input: start.input,
    output: state.status === 'done' ? stored(tree, OUTPUT) : null,
    ...{ tries, epoch, streams },
    steps: steps.toSorted((a, b) => a.order - b.order),
  }
}

/** What start and state tell. */
export function outline(
  id: string,
  { task, by, created }: RunStart,
  { status, finished, error }: RunState,
): Omit<RunOutline, 'waits'> {
  const session = sessionOfRun(id)
  return { id, session, task, status, by, created, finished: finished ?? null, error: error ?? null }
}

function shown(name: string, record: StepRecord): RunStep {
  const { order } = record
  if ('wait' in record) return { name, order, status: 'waiting', wait: record.wait }
  if ('error' in record) return { name, order, status: 'failed', error: record.error }
  return { name, order, status: 'done', value: record.value }
}
