import type { Json } from './json.ts'
import { query, request } from './request.ts'

export const runStatuses = ['running', 'waiting', 'done', 'failed', 'cancelled', 'needs_migration'] as const

export type RunStatus = (typeof runStatuses)[number]

export interface RunError {
  readonly name: string
  readonly message: string
  readonly code?: string
}

/** What a step of a run waits for. */
export interface RunWait {
  readonly step: string
  readonly for: 'sleep' | 'event' | 'approval' | 'run'
  readonly until: string | number | null
  readonly event?: string
  readonly title?: string
  /** The id of the run whose end it waits for. */
  readonly run?: string
}

/** A run as lists show it. */
export interface RunSummary {
  /** `<session>/<task>.<key>` */
  readonly id: string
  readonly session: string
  readonly task: string
  readonly status: RunStatus
  readonly by: string
  readonly created: string | number
  readonly finished: string | number | null
  readonly error: RunError | null
  readonly steps: number
  readonly waits: readonly RunWait[]
}

/** What a step came to, or what it waits for. */
export interface RunStep {
  readonly name: string
  readonly order: number
  readonly status: 'done' | 'failed' | 'waiting'
  readonly value?: Json
  readonly error?: RunError
  readonly wait?: Omit<RunWait, 'step'> & { readonly data?: Json }
}

export interface RunStream {
  readonly name: string
  readonly chunks: number
  readonly bytes: number
  readonly ended: boolean
}

export interface Run extends Omit<RunSummary, 'steps'> {
  readonly input: Json
  readonly output: Json
  readonly tries: number
  readonly epoch: number
  readonly steps: readonly RunStep[]
  readonly streams: readonly RunStream[]
}

/** What is asked of the list of runs. */
export type RunFields = Readonly<Record<'status' | 'task' | 'session', string | null>>

const runPath = (id: string) => `/v1/runs/${encodeURIComponent(id)}`

export async function listRuns(fields: Partial<RunFields> & { readonly limit: number }, signal?: AbortSignal) {
  const path = `/v1/runs${query(fields)}`
  return (await request<{ readonly runs: readonly RunSummary[] }>(path, signal ? { signal } : {})).runs
}

export const getRun = (id: string, signal?: AbortSignal) => request<Run>(runPath(id), signal ? { signal } : {})

export const cancelRun = (id: string) => request<null>(`${runPath(id)}/cancel`, { method: 'POST' })

/** With another input, where one is given. */
export const retryRun = (id: string, input?: Json) =>
  request<null>(`${runPath(id)}/retry`, { method: 'POST', ...(input !== undefined && { body: { input } }) })

/** The step it failed of has come to `value`. */
export const skipStep = (id: string, value: Json) => request<null>(`${runPath(id)}/skip`, { method: 'POST', body: { value } })

export const sendToRun = (id: string, event: string, data: Json) =>
  request<null>(`${runPath(id)}/events`, { method: 'POST', body: { event, data } })

/** Where the chunks of a stream come from, from chunk number `after` on. */
export const streamPath = (id: string, name: string, after: number) => `${runPath(id)}/stream${query({ name, after })}`

/** What a run is called within its session. */
export const runName = ({ id, session }: Pick<RunSummary, 'id' | 'session'>) => id.slice(session.length + 1)
