import type { Json } from '../core/index.ts'
import type { Run, Step } from './run.ts'
import { runName } from './run-name.ts'
import { inside, type Place, toList, toObject, toOptionalName, toOptionalText, unexpected } from './shape.ts'

/** A message of the OpenAI chat format. Whatever else it carries is kept too. */
export interface ChatMessage {
  readonly role?: string
  /** Text, parts of text and pictures, or null where the message only calls tools. */
  readonly content?: string | null | readonly Json[]
  readonly name?: string | null
  readonly tool_calls?: readonly ToolCall[] | null
  readonly tool_call_id?: string | null
  readonly [more: string]: unknown
}

/** A tool call as the model wrote it: names may be missing, arguments may not be JSON. */
export interface ToolCall {
  readonly id?: string | null
  readonly type?: string
  readonly function?: { readonly name?: string | null; readonly arguments?: Json } | null
}

/** Reads `{ task_id, trial, user_id, messages }`. @throws invalid with the place of what has another shape. */
export function readChat(source: Readonly<Record<string, unknown>>, place: Place, index: number): Run<ChatMessage> {
  const task = toOptionalName(source.task_id ?? source.id, inside(place, 'task_id'), 'a number or a name')
  const trial = toOptionalName(source.trial, inside(place, 'trial'), 'a number or a name')
  const user = toOptionalName(source.user_id, inside(place, 'user_id'), 'the id of a user')
  const messages = toList(source.messages, inside(place, 'messages'), 'a list of messages')
  const steps = messages.map((message, i) => readMessage(message, inside(place, 'messages', i)))
  const own = `${task ?? index}${trial === undefined ? '' : `-${trial}`}`
  const owner = user === undefined || user === '' ? undefined : runName(user)
  return { id: runName(owner === undefined ? `run-${own}` : `${owner}/${own}`), format: 'chat', user: owner, tags: [], steps }
}

function readMessage(value: unknown, place: Place): Step<ChatMessage> {
  const message = toObject(value, place, 'a message such as {"role": "user", "content": "..."}')
  toOptionalText(message.role, inside(place, 'role'), 'a role such as "user"')
  toOptionalText(message.name, inside(place, 'name'), 'the name of a tool')
  const { content, tool_calls: calls } = message
  if (content !== undefined && content !== null && typeof content !== 'string' && !Array.isArray(content))
    throw unexpected(inside(place, 'content'), 'text, a list of parts, or null', content)
  if (calls !== undefined && calls !== null) checkCalls(calls, inside(place, 'tool_calls'))
  const item = message as ChatMessage
  return { item, event: eventOf(item), data: item as Json }
}

function checkCalls(calls: unknown, place: Place): void {
  for (const [i, one] of toList(calls, place, 'a list of tool calls').entries()) {
    const call = toObject(one, inside(place, i), 'a tool call such as {"id": "...", "function": {...}}')
    const at = inside(place, i, 'function')
    if (call.function === undefined || call.function === null) continue
    const called = toObject(call.function, at, 'a function such as {"name": "...", "arguments": "{}"}')
    toOptionalText(called.name, inside(at, 'name'), 'the name of a tool')
  }
}

/** The event carries the message whole, so that the conversation can be rebuilt from the log. */
function eventOf(message: ChatMessage): string {
  if ((message.tool_calls?.length ?? 0) > 0) return 'tool.call'
  if (message.role === 'tool' || message.role === 'function') return 'tool.result'
  return message.role === undefined || message.role === '' ? 'message' : `message.${message.role}`
}
