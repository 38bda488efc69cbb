import type { Json } from './json.ts'
import { query, request } from './request.ts'
import { sessionPath } from './session.ts'

/** One commit in the history of a session. */
export interface Revision {
  readonly revision: number
  readonly seq: number
  readonly at: string | number
  readonly actor: string | null
  readonly cause: string | null
  readonly source: string | null
  readonly op: string | null
  readonly commit: string | number | null
  readonly event: { readonly name: string; readonly data?: Json } | null
  readonly paths: readonly string[]
}

/** A revision as the log keeps it. */
export interface LogRecord extends Revision {
  readonly keys?: readonly Json[]
  readonly num?: Json
  readonly prev?: Json
}

interface RevisionPage<Row> {
  readonly revisions: readonly Row[]
  readonly next?: string
}

export interface Moment {
  readonly revision: number
  readonly at: string | number
  readonly state: Json
}

/** The revisions `from` to `to`, both included, oldest first. */
export async function getRevisions(id: string, from: number, to: number, signal?: AbortSignal): Promise<readonly Revision[]> {
  const fields = { order: 'oldest', from, to, limit: to - from + 1 }
  const page = await request<RevisionPage<Revision>>(`${sessionPath(id)}/history${query(fields)}`, signal ? { signal } : {})
  return page.revisions
}

export const getLog = (id: string, after: string | null, limit: number, signal?: AbortSignal) =>
  request<RevisionPage<LogRecord> & { readonly records?: readonly LogRecord[] }>(
    `${sessionPath(id)}/log${query({ limit, after })}`,
    signal ? { signal } : {},
  )

export const getMoment = (id: string, moment: number, signal?: AbortSignal) =>
  request<Moment>(`${sessionPath(id)}/at/${moment}`, signal ? { signal } : {})

/** What a revision was about, in a word or two. */
export function eventName(revision: Pick<Revision, 'event' | 'op' | 'paths'>): string {
  if (revision.event) return revision.event.name
  const [first] = revision.paths
  if (first !== undefined) return revision.paths.length > 1 ? `${first} +${revision.paths.length - 1}` : first
  return revision.op ?? 'change'
}
