import type { ModelMessage, ToolModelMessage } from 'ai'
import { type ChatMessage, callsOf, type PendingCall, type Run, settle } from 'holdfast/replay'

/** What a customer has said, and how often the model was asked for the answer: 0 where none is recorded. */
export interface Question {
  /** Of the message, and of the run that answers it. */
  readonly key: string
  readonly text: string
  readonly answers: number
}

/** A recorded conversation, as an agent's loop would have it. */
export interface Recording {
  /** The session it takes place in. */
  readonly session: string
  readonly policy: string | undefined
  /** The policy, the customer's messages, what the model said, and what the tools answered, in order. */
  readonly messages: readonly ModelMessage[]
  readonly questions: readonly Question[]
  /** What no such loop could have said, and all that comes after it; absent when that is nothing. */
  readonly left?: { readonly messages: number; readonly why: string }
}

/** Reads a recorded run in OpenAI chat format. What is empty there and what is null are both nothing that was said. */
export function recordingOf({ id, steps }: Run): Recording {
  const recorded = steps.map(({ item }) => item as ChatMessage)
  const messages: ModelMessage[] = []
  let at = 0
  let why: string | undefined
  while (at < recorded.length && why === undefined) {
    const next = nextOf(recorded.slice(at), messages.at(-1))
    if (typeof next === 'string') why = next
    else {
      messages.push(...next.said)
      at += next.length
    }
  }
  const [first] = messages
  return {
    session: id,
    policy: first?.role === 'system' ? first.content : undefined,
    messages,
    questions: questionsIn(messages),
    ...(why !== undefined && { left: { messages: recorded.length - at, why } }),
  }
}

/** What the first of the recorded messages says, with the results of what it calls, or why an agent cannot say that now. */
function nextOf(
  [message = {}, ...rest]: readonly ChatMessage[],
  before: ModelMessage | undefined,
): { readonly said: readonly ModelMessage[]; readonly length: number } | string {
  switch (message.role) {
    case 'system':
      return before === undefined ? one({ role: 'system', content: textOf(message) }) : 'a policy in the middle'
    case 'user':
      return one({ role: 'user', content: textOf(message) })
    case 'assistant':
      return before?.role === 'user' || before?.role === 'tool' ? answerOf(message, rest) : 'an answer that nobody has asked for'
    case 'tool':
      return 'a result without a call'
    default:
      return `a message of ${message.role ?? 'nobody'}`
  }
}

function one(message: ModelMessage): { readonly said: readonly ModelMessage[]; readonly length: number } {
  return { said: [message], length: 1 }
}

function answerOf(message: ChatMessage, rest: readonly ChatMessage[]): ReturnType<typeof nextOf> {
  const text = textOf(message)
  const calls = callsOf(message)
  if (text === '' && calls.length === 0) return 'an answer that says nothing'
  if (calls.some(({ id, arguments: input }) => id === null || typeof input !== 'object' || input === null))
    return 'a call without an id, or whose arguments are no JSON object'
  const said: ModelMessage = {
    role: 'assistant',
    content: [
      ...(text === '' ? [] : [{ type: 'text' as const, text }]),
      ...calls.map(({ id, tool, arguments: input }) => ({ type: 'tool-call' as const, ...called(id, tool), input })),
    ],
  }
  if (calls.length === 0) return one(said)
  const end = rest.findIndex(({ role }) => role !== 'tool')
  const results = resultsOf(calls, rest.slice(0, end === -1 ? rest.length : end))
  return typeof results === 'string' ? results : { said: [said, results], length: 1 + results.content.length }
}

/** The results of calls, in the order of the calls. */
function resultsOf(calls: readonly PendingCall[], answers: readonly ChatMessage[]): ToolModelMessage | string {
  const pending = [...calls]
  const results = new Map<PendingCall, string>()
  for (const answer of answers) {
    const call = pending.length === 0 ? undefined : settle(pending, answer)
    if (call === undefined) return 'a result without a call'
    results.set(call, textOf(answer))
  }
  if (pending.length > 0) return 'a call without a result'
  return {
    role: 'tool',
    content: calls.map((call) => ({
      type: 'tool-result',
      ...called(call.id, call.tool),
      output: { type: 'text', value: results.get(call) ?? '' },
    })),
  }
}

function called(id: string | null, tool: string): { readonly toolCallId: string; readonly toolName: string } {
  return { toolCallId: id ?? '', toolName: tool }
}

function questionsIn(messages: readonly ModelMessage[]): Question[] {
  const places = messages.flatMap(({ role }, at) => (role === 'user' ? [at] : []))
  return places.map((at, i) => ({
    key: `m${i}`,
    text: String(messages[at]?.content),
    answers: messages.slice(at, places[i + 1]).filter(({ role }) => role === 'assistant').length,
  }))
}

function textOf({ content }: ChatMessage): string {
  if (typeof content === 'string') return content
  return (content ?? [])
    .map((part) => Object(part).text as unknown)
    .filter((text) => typeof text === 'string')
    .join('\n')
}
