import { HoldfastError } from '../core/index.ts'
import { type Message, messageOf, tokensOf } from './message.ts'
import { unpaired } from './pairing.ts'
import type { TurnRecord } from './record.ts'
import type { TurnStatus } from './turn.ts'

/** What a context is to be made for. */
export interface ConversationContextOptions {
  /** How many tokens the messages may take, as they are estimated here. */
  readonly tokens: number
}

/** What a model should be given of a conversation. */
export interface ConversationContext {
  /**
   * In the order they were said, what the system says before all else. Ready for `generateText({ messages, allowSystemInMessages: true })` and its like.
   */
  readonly messages: Message[]
  /** How many tokens they take, as they are estimated here. */
  readonly tokens: number
  /** The turns they are made of, in the same order. */
  readonly turns: readonly ContextTurn[]
  /** How many turns of the active branch are not among them. */
  readonly left: number
}

/** A turn that is in a context. */
export interface ContextTurn {
  readonly id: string
  /** `partial`: only what had come of it. */
  readonly status: TurnStatus
  readonly pinned: boolean
}

/** What contexts are chosen from. */
export interface ContextSource {
  /** Pinned turns of the active branch, newest first. */
  readonly pinned: readonly TurnRecord[]
  /** The turns of the active branch, newest first, read as they are asked for. */
  readonly turns: AsyncIterable<TurnRecord>
  /** How many those are. */
  readonly depth: number
}

/** Pinned turns that fit, then as many of the newest as fit besides. @throws invalid */
export async function contextOf(
  { pinned, turns, depth }: ContextSource,
  { tokens }: ConversationContextOptions,
): Promise<ConversationContext> {
  if (!Number.isInteger(tokens) || tokens < 1)
    throw new HoldfastError('invalid', `Expected a number of tokens from 1, got ${tokens}`, { path: 'tokens' })
  const selection = new Selection(tokens)
  for (const turn of pinned) selection.offer(turn)
  const pins = new Set(pinned.map(({ n }) => n))
  for await (const turn of turns) if (!pins.has(turn.n) && !selection.offer(turn)) break
  return assembled(selection.turns, pins, depth)
}

/** Turns within a budget. */
class Selection {
  readonly #chosen: TurnRecord[] = []
  #left: number

  constructor(tokens: number) {
    this.#left = tokens
  }

  /** In the order they were said. */
  get turns(): readonly TurnRecord[] {
    return this.#chosen.toSorted((a, b) => a.depth - b.depth)
  }

  /** False when there is no room for a turn. One that says nothing to models, or not everything yet, takes none. */
  offer(turn: TurnRecord): boolean {
    const message = turn.status === 'streaming' ? undefined : messageOf(turn)
    if (message === undefined) return true
    const tokens = tokensOf(message)
    if (tokens > this.#left) return false
    this.#left -= tokens
    this.#chosen.push(turn)
    return true
  }
}

function assembled(turns: readonly TurnRecord[], pins: ReadonlySet<number>, depth: number): ConversationContext {
  const dropped = unpaired(turns)
  const said = turns.flatMap((turn) => {
    const message = messageOf(turn, dropped)
    return message === undefined ? [] : [{ turn, message }]
  })
  const ordered = [...said.filter(({ turn }) => turn.role === 'system'), ...said.filter(({ turn }) => turn.role !== 'system')]
  return {
    messages: ordered.map(({ message }) => message),
    tokens: ordered.reduce((sum, { message }) => sum + tokensOf(message), 0),
    turns: ordered.map(({ turn: { id, status, n } }) => ({ id, status: status ?? 'done', pinned: pins.has(n) })),
    left: depth - ordered.length,
  }
}
