import { type ChatMessage, callsOf, type PendingCall } from 'holdfast/replay'
import { asksForConsent, givesConsent } from './wording.ts'

/** A tool call as the machine hears of it. */
export interface ToolCalled {
  readonly type: 'tool.called'
  readonly call: string | null
  readonly tool: string
  /** The customer its arguments name. */
  readonly customer?: string
}

/** What happens in a support conversation. */
export type AirlineEvent =
  | { readonly type: 'policy.given' }
  | { readonly type: 'customer.spoke'; readonly consents: boolean }
  /** The agent ends its turn. */
  | { readonly type: 'agent.spoke'; readonly asks: boolean }
  /** The agent says what the tool calls of the same message are for. */
  | { readonly type: 'agent.announced' }
  /** `outside`: the phase does not allow the tool. Live it is refused; a recorded run did call it. */
  | (ToolCalled & { readonly outside: boolean })
  | {
      readonly type: 'tool.answered'
      readonly call: string | null
      readonly tool: string
      readonly failed: boolean
      /** The customer the answer names. */
      readonly customer?: string
    }
  | { readonly type: 'human.joined' }
  | { readonly type: 'conversation.ended' }

/** An event as a message tells it: whether a tool was allowed depends on the phase, which messages do not know. */
export type HeardEvent = Exclude<AirlineEvent, ToolCalled> | ToolCalled

/** What a recorded message is to the machine. The conversation ends with its `last` message. */
export function eventsOf(message: ChatMessage, last: boolean): HeardEvent[] {
  return last ? [...heard(message), { type: 'conversation.ended' }] : heard(message)
}

function heard(message: ChatMessage): HeardEvent[] {
  switch (message.role) {
    case 'system':
    case 'developer':
      return [{ type: 'policy.given' }]
    case 'user':
      return [{ type: 'customer.spoke', consents: givesConsent(textOf(message)) }]
    case 'assistant':
      return said(message)
    case 'tool':
    case 'function':
      return [answered(message)]
    default:
      return []
  }
}

function said(message: ChatMessage): HeardEvent[] {
  const text = textOf(message)
  const calls = callsOf(message).map(called)
  if (calls.length === 0) return [{ type: 'agent.spoke', asks: asksForConsent(text) }]
  return text === '' ? calls : [{ type: 'agent.announced' }, ...calls]
}

function called({ id, tool, arguments: given }: PendingCall): ToolCalled {
  return { type: 'tool.called', call: id, tool, ...customerIn(given) }
}

function answered(message: ChatMessage): HeardEvent {
  const text = textOf(message)
  const result = parsed(text)
  const { tool_call_id: call, name } = message
  const failed = /^\s*error\b/i.test(text) || Object(result).error !== undefined
  return { type: 'tool.answered', call: call ?? null, tool: name ?? '', failed, ...customerIn(result) }
}

function customerIn(value: unknown): { readonly customer?: string } {
  const { user_id: customer } = Object(value) as { user_id?: unknown }
  return typeof customer === 'string' && customer !== '' ? { customer } : {}
}

/** The text of a message, its parts joined. */
function textOf({ content }: ChatMessage): string {
  if (typeof content === 'string') return content
  return (content ?? [])
    .map((part) => Object(part).text as unknown)
    .filter((text) => typeof text === 'string')
    .join('\n')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
