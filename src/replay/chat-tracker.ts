import type { ChatMessage, ToolCall } from './chat.ts'
import type { Tracker } from './tracker.ts'

/** What the built-in tracker follows in a chat. */
export interface ChatState {
  messages: number
  /** Messages by role. */
  roles: Record<string, number>
  /** Calls by the name of the tool. */
  tools: Record<string, number>
  lastRole: string | null
  /** Tool calls that have no result yet. */
  pending: PendingCall[]
}

/** A tool call on its way. */
export interface PendingCall {
  readonly id: string | null
  readonly tool: string
  /** Parsed where the model wrote JSON, else as it wrote them. */
  readonly arguments: unknown
}

/** Follows counts, the last role and pending tool calls: what every chat has. */
export const chatTracker: Tracker<ChatState & Record<string, unknown>> = {
  name: 'chat',
  start: { messages: 0, roles: {}, tools: {}, lastRole: null, pending: [] },
  track(state, message) {
    const role = nameOf(message.role)
    state.messages++
    state.lastRole = role
    increment(state.roles, role)
    for (const call of callsOf(message)) {
      increment(state.tools, call.tool)
      state.pending.push(call)
    }
    if (role === 'tool' || role === 'function') settle(state.pending, message)
  },
}

/** The tool calls of a message, read as far as they can be. */
export function callsOf(message: ChatMessage): PendingCall[] {
  return (message.tool_calls ?? []).map((call) => ({
    id: call.id ?? null,
    tool: nameOf(call.function?.name),
    arguments: argumentsOf(call),
  }))
}

/** Takes the call that a result answers off the list: by id, else by name, else the oldest. */
export function settle<Call extends Pick<PendingCall, 'id' | 'tool'>>(
  pending: Call[],
  result: Pick<ChatMessage, 'tool_call_id' | 'name'>,
): Call | undefined {
  const byId = pending.findIndex((call) => call.id !== null && call.id === result.tool_call_id)
  const byName = pending.findIndex((call) => call.tool === result.name)
  const found = byId !== -1 ? byId : Math.max(byName, 0)
  return pending.splice(found, 1)[0]
}

function argumentsOf(call: ToolCall): unknown {
  const written = call.function?.arguments ?? null
  if (typeof written !== 'string') return written
  try {
    return JSON.parse(written) as unknown
  } catch {
    return written
  }
}

function nameOf(name: string | null | undefined): string {
  return name === undefined || name === null || name === '' ? 'unknown' : name.toWellFormed().replaceAll('\0', '\ufffd')
}

function increment(counts: Record<string, number>, name: string): void {
  const before = Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0
  Object.defineProperty(counts, name, { value: before + 1, writable: true, enumerable: true, configurable: true })
}
