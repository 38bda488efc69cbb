import type { Part, ProviderOptions } from './part.ts'
import { partsOf, type Role, type Turn, type TurnStatus } from './turn.ts'

/** A turn by its number, which counts the turns of a conversation from 1, and its id. */
export interface Place {
  readonly n: number
  readonly id: string
}

/** A turn as it is kept. */
export interface TurnRecord extends Place {
  readonly role: Role
  /** Text is kept as it was given. */
  readonly content: string | readonly Part[]
  readonly at: number
  readonly parent: Place | null
  readonly branch: number
  /** How many turns lead to it, itself included. */
  readonly depth: number
  /** Absent when it is done. */
  readonly status?: Exclude<TurnStatus, 'done'>
  readonly speaker?: string
  readonly providerOptions?: ProviderOptions
  readonly metadata?: unknown
}

/** A branch: turns that follow each other, from the first that did not follow the last of another branch. */
export interface BranchRecord {
  readonly number: number
  /** The turn that its first one follows, and the branch of that one; null where it begins the conversation anew. */
  readonly from: (Place & { readonly branch: number }) | null
  readonly first: Place
  readonly last: Place
}

/** Where a conversation stands. All there is to read before a turn is added. */
export interface ConversationState {
  /** Turns there are, those of all branches; the number of the newest. */
  readonly turns: number
  /** The turn that the next one follows; null when that begins the conversation anew. */
  readonly head: (Place & { readonly depth: number }) | null
  /** The branch of the head: only here until another one is. */
  readonly branch: BranchRecord
  readonly branches: number
  /** Turns that are being written. */
  readonly streaming: readonly number[]
}

/** How far a turn has come that is being written. */
export interface StreamRecord {
  /** Whoever else writes has lost it. */
  readonly writer: string
  readonly pieces: number
  readonly bytes: number
  /** When its writer was last heard of, in milliseconds since the epoch. */
  readonly heard: number
}

/** A turn as it is shown. */
export function toTurn({ n: _, depth: __, parent, content, status, ...rest }: TurnRecord): Turn {
  return { ...rest, content: partsOf(content), status: status ?? 'done', parent: parent?.id ?? null }
}
