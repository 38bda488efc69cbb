import type { Json } from './json.ts'
import { query, request } from './request.ts'
import { sessionPath } from './session.ts'

export interface ConversationSummary {
  readonly name: string
  readonly turns: number
  readonly branches: number
  readonly updated: string | number
}

export type Role = 'system' | 'user' | 'assistant' | 'tool'

/** What a tool has answered, as AI SDK messages say it. */
export interface ToolOutput {
  readonly type: string
  readonly value?: Json
  readonly reason?: string
}

/** A part of a turn. Others than these are kept as they are. */
export type TurnPart =
  | { readonly type: 'text' | 'reasoning'; readonly text: string }
  | { readonly type: 'tool-call'; readonly toolCallId: string; readonly toolName: string; readonly input: Json }
  | { readonly type: 'tool-result'; readonly toolCallId: string; readonly toolName: string; readonly output: ToolOutput }
  | { readonly type: 'file' | 'image'; readonly mediaType?: string; readonly filename?: string }
  | { readonly type: 'data'; readonly name: string; readonly data: Json }

export interface Turn {
  readonly id: string
  readonly role: Role
  readonly speaker?: string | null
  /** `partial`: whoever wrote it fell silent before its end. */
  readonly status: 'done' | 'streaming' | 'partial'
  readonly at: string | number
  /** The number of the branch it was added to. */
  readonly branch: number
  readonly content: readonly TurnPart[]
}

/** Turns in the order they were said, and where older ones are found. */
export interface TurnPage {
  readonly turns: readonly Turn[]
  readonly more: boolean
  readonly before: string | null
}

const conversationsPath = (session: string) => `${sessionPath(session)}/conversations`

export async function listConversations(session: string, signal?: AbortSignal) {
  const path = conversationsPath(session)
  const { conversations } = await request<{ readonly conversations: readonly ConversationSummary[] }>(
    path,
    signal ? { signal } : {},
  )
  return conversations
}

/** Turns that follow each other, from the first that did not follow the last of another branch. */
export interface Branch {
  readonly branch: number
  /** The turn of another branch that its first one follows. */
  readonly from: string | null
  readonly last: string
  readonly active: boolean
}

export async function listBranches(session: string, name: string, signal?: AbortSignal) {
  const path = `${conversationsPath(session)}/${encodeURIComponent(name)}/branches`
  return (await request<{ readonly branches: readonly Branch[] }>(path, signal ? { signal } : {})).branches
}

/** Which turns of a conversation: those of a branch, or of the one that goes on. */
export interface Thread {
  readonly session: string
  readonly name: string
  readonly branch: number | null
}

/** The newest turns, or those before one. */
export const listTurns = ({ session, name, branch }: Thread, before: string | null, limit: number, signal?: AbortSignal) =>
  request<TurnPage>(
    `${conversationsPath(session)}/${encodeURIComponent(name)}/turns${query({ before, limit, branch })}`,
    signal ? { signal } : {},
  )
