import type { Json } from './json.ts'
import { query, request } from './request.ts'
import { sessionPath } from './session.ts'

export interface ContextVariable {
  readonly path: string
  readonly value: Json
  readonly tokens: number
  readonly score: number
  readonly reason: string
}

/** A variable in the ranking, in the context or not, and what its score is the sum of. */
export interface ContextCandidate {
  readonly path: string
  readonly tokens: number
  readonly score: number
  readonly parts: Readonly<Record<string, number>>
  readonly verdict: 'pinned' | 'chosen' | 'too long' | 'no room'
}

/** What of a session would be given to a model, within a budget of tokens. */
export interface Context {
  readonly revision: number
  readonly variables: readonly ContextVariable[]
  readonly tokens: number
  readonly budget: number
  readonly left_out: number
  readonly ranking: readonly ContextCandidate[]
}

/** Asks for the context of a session as it was at a revision. */
export const getContext = (id: string, asked: { query: string; tokens: number; at: number }, signal?: AbortSignal) =>
  request<Context>(`${sessionPath(id)}/context${query({ ...asked, explain: 'true' })}`, signal ? { signal } : {})
