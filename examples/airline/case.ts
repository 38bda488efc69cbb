import { settle } from 'holdfast/replay'
import type { AirlineEvent } from './events.ts'

/** A tool call that has no answer yet. */
interface Call {
  readonly id: string | null
  readonly tool: string
  readonly customer?: string
}

/** What the machine knows of a support case. */
export interface Case {
  /** Milliseconds a customer waits for a human before a call back is promised. */
  readonly patience: number
  /** The customer's id, once a tool has found it. */
  readonly customer: string | null
  readonly pending: readonly Call[]
  /** The tool that failed last, and how often in a row; null once it succeeds. */
  readonly failing: { readonly tool: string; readonly times: number } | null
  /** Tools that were called outside their phase, in order. */
  readonly outside: readonly string[]
}

type Called = Extract<AirlineEvent, { type: 'tool.called' }>
type Answered = Extract<AirlineEvent, { type: 'tool.answered' }>

/** A case nobody has said anything in. */
export function newCase(patience: number): Case {
  return { patience, customer: null, pending: [], failing: null, outside: [] }
}

/** What changes when a tool is called. */
export function afterCall({ pending, outside }: Case, { call, tool, customer, outside: isOutside }: Called): Partial<Case> {
  return {
    pending: [...pending, { id: call, tool, ...(customer !== undefined && { customer }) }],
    ...(isOutside && { outside: [...outside, tool] }),
  }
}

/** What changes when a tool answers. */
export function afterAnswer(known: Case, event: Answered): Partial<Case> {
  const { pending, call } = settled(known, event)
  const { tool } = call
  if (event.failed) return { pending, failing: { tool, times: timesFailed(known, tool) + 1 } }
  return {
    pending,
    customer: customerAfter(known, event),
    ...(known.failing?.tool === tool && { failing: null }),
  }
}

/** The customer as known once a tool has answered. */
export function customerAfter(known: Case, event: Answered): string | null {
  if (event.failed) return known.customer
  return known.customer ?? settled(known, event).call.customer ?? event.customer ?? null
}

/** How often a tool has failed in a row. */
export function timesFailed({ failing }: Case, tool: string): number {
  return failing?.tool === tool ? failing.times : 0
}

/** The call an answer is of, and those that still wait. An answer to no call stands for itself. */
export function settled(
  { pending }: Case,
  { call, tool, customer }: Answered,
): { readonly call: Call; readonly pending: Call[] } {
  const rest = [...pending]
  const found = settle(rest, { tool_call_id: call, name: tool })
  return { call: found ?? { id: call, tool, ...(customer !== undefined && { customer }) }, pending: rest }
}
