// What to follow while conversations of an airline's support agent are replayed:
//   holdfast replay trajectories.json --track examples/airline-tracker.ts
import { defineSession } from 'holdfast'
import { type ChatMessage, callsOf, type PendingCall, settle, type Tracker } from 'holdfast/replay'

/** What is known of a support case. */
export interface AirlineState extends Record<string, unknown> {
  /** The customer's id, once the agent has looked it up. */
  customer: string | null
  /** Reservations that were looked at, booked or changed, in the order they came up. */
  reservations: string[]
  /** Those of them that were booked, changed or cancelled. */
  changed: string[]
  /** What the agent asked last, until the customer answers. */
  question: string | null
  /** Tool calls that have no result yet. */
  pending: PendingCall[]
  lastError: { tool: string; message: string; index: number } | null
  counts: { user: number; assistant: number; calls: number; errors: number }
  handedOver: boolean
}

/** Sessions can be found by customer and by reservation: `holdfast sessions --term reservation=4WQ150`. */
const Airline = defineSession('airline', {
  terms: { customer: 'customer', reservation: 'reservations', handedOver: 'handedOver' },
})

const tracker: Tracker<AirlineState> = {
  name: 'airline',
  definition: Airline,
  start: {
    customer: null,
    reservations: [],
    changed: [],
    question: null,
    pending: [],
    lastError: null,
    counts: { user: 0, assistant: 0, calls: 0, errors: 0 },
    handedOver: false,
  },
  track(state, message, { index }) {
    if (message.role === 'user') heard(state)
    else if (message.role === 'assistant') said(state, message)
    else if (message.role === 'tool') answered(state, message, index)
  },
}

export default tracker

function heard(state: AirlineState): void {
  state.counts.user++
  state.question = null
}

function said(state: AirlineState, message: ChatMessage): void {
  state.counts.assistant++
  if (typeof message.content === 'string' && message.content !== '') state.question = lastQuestion(message.content)
  for (const call of callsOf(message)) {
    state.counts.calls++
    state.pending.push(call)
    const id = field(call.arguments, 'reservation_id')
    if (id !== undefined) add(state.reservations, id)
  }
}

function answered(state: AirlineState, message: ChatMessage, index: number): void {
  const call = settle(state.pending, message)
  const tool = call?.tool ?? message.name ?? 'unknown'
  const content = typeof message.content === 'string' ? message.content : ''
  if (content.startsWith('Error')) {
    state.counts.errors++
    state.lastError = { tool, message: content, index }
    return
  }
  if (tool === 'transfer_to_human_agents') state.handedOver = true
  const found = parse(content)
  if (tool === 'get_user_details') state.customer = field(call?.arguments, 'user_id') ?? state.customer
  state.customer ??= field(found, 'user_id') ?? null
  const reservation = field(found, 'reservation_id') ?? field(call?.arguments, 'reservation_id')
  if (reservation === undefined) return
  add(state.reservations, reservation)
  if (/^(book|update|cancel)_/.test(tool)) add(state.changed, reservation)
}

/** The last sentence that ends with a question mark. */
function lastQuestion(text: string): string | null {
  return (
    text
      .match(/[^.!?\n]*\?/g)
      ?.at(-1)
      ?.trim() || null
  )
}

function add(list: string[], item: string): void {
  if (!list.includes(item)) list.push(item)
}

function field(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found = (value as Record<string, unknown>)[name]
  return typeof found === 'string' && found !== '' ? found : undefined
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content) as unknown
  } catch {
    return undefined
  }
}
