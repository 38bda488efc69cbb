import type { Commit, EntityState, RecordRef } from '../store/index.ts'
import type { Asked } from './gate.ts'
import type { Part } from './part.ts'
import type { Principal } from './principal.ts'
import type { Tx } from './transaction.ts'

/** What a caller may say about a commit besides the decision itself. */
export interface CommitOptions {
  /**
   * Idempotency key: the same request again is answered with the first result and changes nothing. Kept 24 hours by
   * default.
   */
  readonly key?: string | undefined
  /** What tells this request from another one under the same key, e.g. the text of the event. */
  readonly fingerprint?: string | undefined
  /** What led to this: the id of a message, an effect, another commit. */
  readonly cause?: string | undefined
  /** Where it came from (`user`, `tool`, `replay`, ...), and how far that is trusted. Kept in the log. */
  readonly source?: string | undefined
  readonly trust?: string | undefined
  /**
   * @internal True where hardly anybody else changes what it is about: what others have committed is not looked for first. A decision that
   * has missed some of it is refused by the engine, and made again.
   */
  readonly isAlone?: boolean | undefined
}

/** What a decision came to. */
export interface Committed<Value> {
  readonly value: Value
  /** One for each entity changed; empty when nothing was, or when this request had been answered before. */
  readonly records: readonly RecordRef[]
  /** True when an earlier request with the same key had done it already. */
  readonly replayed: boolean
}

/** A decision on its way: submitted, decided, waiting to be durable. */
export interface Decision {
  /** Submission order; a decision never overtakes an earlier one on the same entity. */
  readonly ticket: number
  readonly principal: Principal
  readonly options: CommitOptions
  readonly decide: (tx: Tx) => unknown
  readonly now: number
  readonly submitted: number
  readonly seed: string
  readonly resolve: (committed: Committed<unknown>) => void
  readonly reject: (error: unknown) => void
  /** How often the engine has refused it. */
  attempts: number
  /** How often something had to be loaded for it. */
  loads: number
  /** What was loaded for it that is no part of an entity, by name. */
  loaded: Map<string, unknown> | undefined
  /** True when what others had committed until it was submitted was looked for. */
  isUpToDate: boolean
  /** Every entity it has looked at in its latest run, and what it has asked of the gate. */
  touched: Set<EntityState>
  asked: readonly Asked[]
  outcome: Outcome | undefined
}

/** What the latest run came to. Without a commit there is nothing to store, but the answer still waits for what it saw to be durable. */
export type Outcome =
  | {
      readonly do: 'commit'
      readonly commit: Commit
      readonly value: unknown
      readonly parts: readonly Part[]
      readonly bytes: number
    }
  | { readonly do: 'answer'; readonly value: unknown }
  | { readonly do: 'fail'; readonly error: unknown }
