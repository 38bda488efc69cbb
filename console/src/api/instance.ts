import type { Json } from './json.ts'
import { query, request } from './request.ts'

export type InstanceStatus = 'active' | 'done' | 'stopped' | 'needs_migration'

export interface InstanceSummary {
  /** `<session>/<name>` */
  readonly id: string
  readonly session: string
  readonly name: string
  /** Id of the machine, its version, and `id@version#hash`. */
  readonly machine: string
  readonly version: string
  readonly tag: string
  readonly status: InstanceStatus
  /** The innermost active states. */
  readonly states: readonly string[]
  readonly revision: number
  readonly created: string | number
  readonly updated: string | number
}

/** An instance at one moment. */
export interface InstanceMoment extends Omit<InstanceSummary, 'created' | 'updated'> {
  readonly context: Json
  readonly output: Json
  readonly timers: readonly { readonly id: string; readonly at: string | number }[]
  readonly children: Readonly<Record<string, { readonly src: string; readonly instance?: string }>>
}

export interface Instance extends InstanceMoment {
  readonly next_events: readonly string[]
  readonly instructions: string
  readonly tools: readonly string[] | null
}

/** What one event did. */
export interface InstanceStep {
  readonly event: { readonly type: string; readonly [field: string]: Json }
  readonly from?: string
  readonly transitions?: readonly string[]
  /** Ids of transitions in the machine's diagram. */
  readonly taken?: readonly string[]
  readonly states?: readonly string[]
  readonly unhandled?: true
  readonly failed?: { readonly message: string }
  readonly adopted?: string
  readonly tool?: string
}

export interface InstanceRevision {
  readonly revision: number
  readonly at: string | number
  readonly actor: string | null
  readonly cause: string | null
  readonly source: string | null
  readonly commit: string
  readonly steps: readonly InstanceStep[]
}

export interface InstancePage {
  readonly instances: readonly InstanceSummary[]
  readonly next?: string
}

const instancePath = (id: string) => `/v1/instances/${encodeURIComponent(id)}`

export const listInstances = (fields: Readonly<Record<string, string | number | null>>, signal?: AbortSignal) =>
  request<InstancePage>(`/v1/instances${query(fields)}`, signal ? { signal } : {})

export const getInstance = (id: string, signal?: AbortSignal) => request<Instance>(instancePath(id), signal ? { signal } : {})

export const getInstanceAt = (id: string, revision: number, signal?: AbortSignal) =>
  request<InstanceMoment>(`${instancePath(id)}/at/${revision}`, signal ? { signal } : {})

/** The revisions `from` to `to`, both included, oldest first. */
export async function getInstanceRevisions(id: string, from: number, to: number, signal?: AbortSignal) {
  const fields = { order: 'oldest', from, to, limit: to - from + 1 }
  const path = `${instancePath(id)}/history${query(fields)}`
  const page = await request<{ readonly revisions: readonly InstanceRevision[] }>(path, signal ? { signal } : {})
  return page.revisions
}

export const sendEvent = (id: string, event: { readonly type: string; readonly [field: string]: Json }) =>
  request<InstanceMoment & { readonly handled: boolean }>(`${instancePath(id)}/events`, { method: 'POST', body: event })

export const forkInstance = (id: string, name: string, at: number, resume: boolean) =>
  request<Instance>(`${instancePath(id)}/fork`, { method: 'POST', body: { name, at, resume } })

export const stopInstance = (id: string) => request<null>(`${instancePath(id)}/stop`, { method: 'POST' })

/** What a revision was about, in a word. */
export function stepName({ steps }: Pick<InstanceRevision, 'steps'>): string {
  const [first] = steps
  if (first === undefined) return 'change'
  return steps.length > 1 ? `${first.event.type} +${steps.length - 1}` : first.event.type
}
