import type { Json } from './json.ts'
import { query, request } from './request.ts'

export type SessionStatus = 'open' | 'idle' | 'closed' | 'expired'

/** A session as lists show it. Times are milliseconds or ISO texts; `time/instant.ts` reads both. */
export interface SessionSummary {
  readonly id: string
  readonly definition: string | null
  readonly revision: number
  readonly status: SessionStatus
  readonly user: string | null
  readonly tags: readonly string[]
  readonly created: string | number
  readonly updated: string | number
  readonly expires: string | number | null
}

export interface Session extends SessionSummary {
  readonly state: Json
  readonly invalid: readonly { readonly path: string; readonly message: string }[]
  readonly origin: { readonly id: string; readonly revision: number } | null
}

export interface SessionPage {
  readonly sessions: readonly SessionSummary[]
  readonly next?: string
  readonly estimate?: number
}

/** An effect that a fork cannot take back. */
export interface HappenedEffect {
  readonly effect: string
  readonly name: string
  readonly at: string | number
}

interface Happened {
  readonly effects: readonly HappenedEffect[]
  /** There are more than these. */
  readonly more: boolean
}

export const sessionPath = (id: string) => `/v1/sessions/${encodeURIComponent(id)}`

export const getSession = (id: string, signal?: AbortSignal) => request<Session>(sessionPath(id), signal ? { signal } : {})

export function listSessions(fields: Readonly<Record<string, string | number | null | undefined>>, signal?: AbortSignal) {
  return request<SessionPage>(`/v1/sessions${query(fields)}`, signal ? { signal } : {})
}

export const closeSession = (session: Session) =>
  request<Session>(`${sessionPath(session.id)}/close`, { method: 'POST', ifMatch: session.revision })

export const reopenSession = (session: Session) =>
  request<Session>(`${sessionPath(session.id)}/reopen`, { method: 'POST', ifMatch: session.revision })

export const effectsSince = (id: string, since: number, signal?: AbortSignal) =>
  request<Happened>(`${sessionPath(id)}/effects${query({ since })}`, signal ? { signal } : {})

export const forkSession = (from: string, id: string, at: number) =>
  request<Session & { readonly warnings: readonly HappenedEffect[]; readonly more_warnings: boolean }>(
    `${sessionPath(from)}/fork`,
    {
      method: 'POST',
      body: { id, at },
    },
  )

export const putVariable = (id: string, path: string, value: Json, revision: number) =>
  request<{ readonly revision: number }>(`${sessionPath(id)}/variables/${encodeURIComponent(path)}`, {
    method: 'PUT',
    body: { value },
    ifMatch: revision,
  })
