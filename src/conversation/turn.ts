import type { Part, ProviderOptions } from './part.ts'

/** Who speaks. */
export type Role = 'system' | 'user' | 'assistant' | 'tool'

/** `streaming` is still being written; `partial` was given up while it was. */
export type TurnStatus = 'done' | 'streaming' | 'partial'

/** Something that was said in a conversation. */
export interface Turn {
  /** Its adder's own, or `turn-<number>`. */
  readonly id: string
  readonly role: Role
  /** Which of several of that role, where there are several. */
  readonly speaker?: string
  readonly content: readonly Part[]
  readonly status: TurnStatus
  /** When it was added, or began to be written: milliseconds since the epoch. */
  readonly at: number
  /** The turn it follows; null for one that begins. */
  readonly parent: string | null
  /** The number of the branch it was added to, from 0. */
  readonly branch: number
  readonly providerOptions?: ProviderOptions
  /** Whatever its adder says about it. */
  readonly metadata?: unknown
}

/** A turn to be added: every `ModelMessage` of the AI SDK is one. */
export interface NewTurn {
  /** Adding a turn under the id of one that is there does nothing when it says the same. Default: `turn-<number>`. */
  readonly id?: string | undefined
  readonly role: Role
  readonly content: string | readonly Part[]
  readonly speaker?: string | undefined
  readonly providerOptions?: ProviderOptions | undefined
  /** Anything that can be stored. */
  readonly metadata?: unknown
}

/** The parts of a content that was given as they are or as text. */
export function partsOf(content: string | readonly Part[]): readonly Part[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}
