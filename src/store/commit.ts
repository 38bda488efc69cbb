import type { EntityRef, EntryClass, LogRow, Origin } from './rows.ts'

/** What must be true for a commit to be accepted; all of it is checked before anything of it is written. */
export type Expectation =
  /** Revision 0: the entity never existed. */
  | { readonly entity: EntityRef; readonly revision: number }
  /** Seq 0: the key has no current value of this entity's own (deleted counts as none). */
  | { readonly entity: EntityRef; readonly key: string; readonly seq: number }

/** One key of an entity, to be superseded, added or deleted. */
export interface Write {
  readonly key: string
  readonly class: EntryClass
  readonly subject: string | null
  /** The new version; null deletes. */
  readonly segment: Uint8Array | null
  /** A patch from the new version to the one it replaces, if that is to be kept as a patch; null keeps it as an image. */
  readonly undo: Uint8Array | null
  /** `run` of the new entry: the old one's + 1 with an undo patch, else 0. */
  readonly run: number
}

/** Replaces all values of one term name of an entity. */
export interface TermWrite {
  readonly name: string
  readonly values: readonly string[]
  readonly subject: string | null
}

/** What one commit does to one entity. */
export interface EntityCommit {
  readonly entity: EntityRef
  /** Absent keeps what is; null clears. `root` and `origin` count only when the entity is created. */
  readonly root?: string | null
  readonly origin?: Pick<Origin, 'num' | 'seq'> | null
  readonly schema?: string | null
  readonly expires?: number | null
  /** True deletes: every entry and term goes, history stays. */
  readonly delete?: boolean
  readonly writes: readonly Write[]
  readonly terms: readonly TermWrite[]
  readonly event: Uint8Array | null
}

/** `due` waits for its time and a claim; `settled` and `cancelled` are final, `dead` until somebody retries or cancels it. A claim is an owner with a live lease. */
export type OutboxState = 'due' | 'settled' | 'cancelled' | 'dead'

/** A promise to do something outside: an effect to run, or a timer to deliver. */
export interface OutboxRow {
  readonly id: string
  /** The entity it belongs to. */
  readonly entity: EntityRef
  /** Which handler it waits for. */
  readonly queue: string
  readonly state: OutboxState
  /** Earliest time to run it. */
  readonly due: number
  readonly owner: string | null
  /** The claim ends here unless renewed. */
  readonly lease: number | null
  /** Grows with each claim; a result is taken only under the epoch it was claimed with. */
  readonly epoch: number
  /** Claims so far. */
  readonly attempts: number
  readonly created: number
  readonly payload: Uint8Array
  /** The recorded result or the last error, sealed. */
  readonly result: Uint8Array | null
}

/** What a commit does to the outbox. */
export type OutboxWrite =
  /** Replaces a row of the same id, whose epoch goes on: what was claimed before is refused. */
  | {
      readonly op: 'put'
      readonly id: string
      readonly entity: EntityRef
      readonly queue: string
      readonly due: number
      readonly payload: Uint8Array
      /** Born claimed, as attempt 1: the committer runs it without another transaction. `lease` is when the claim ends. */
      readonly claim?: { readonly owner: string; readonly lease: number } | undefined
    }
  /** Records the end of a claimed row, or of an unclaimed one at the epoch last seen. Refused when the epoch has moved on. */
  | {
      readonly op: 'settle'
      readonly id: string
      readonly epoch: number
      readonly state: 'settled' | 'dead'
      readonly result: Uint8Array | null
    }
  /** Puts a claimed row back to wait until `due`, e.g. after a failed attempt. Refused when the epoch has moved on. */
  | {
      readonly op: 'release'
      readonly id: string
      readonly epoch: number
      readonly due: number
      readonly result: Uint8Array | null
    }
  /** Ends a row that is due, claimed or not, or dead: it is given up. Nothing happens to others. */
  | { readonly op: 'cancel'; readonly id: string }

/** One commit: what must hold, and what is to be stored if it does. All of it or nothing. */
export interface Commit extends Pick<LogRow, 'actor' | 'cause' | 'source' | 'trust' | 'store'> {
  /** Unique; the caller's proof after a lost connection. */
  readonly id: string
  /** The time of the decision. */
  readonly at: number
  readonly expect: readonly Expectation[]
  readonly entities: readonly EntityCommit[]
  readonly outbox: readonly OutboxWrite[]
  readonly idempotency?: {
    /** Unique within its tenant; names the caller's request. */
    readonly key: string
    readonly tenant: string
    /** Fingerprint of the request: the same key with another one is refused. */
    readonly body: string
    /** What a repeated request is answered with. */
    readonly receipt: Uint8Array
  }
}

/** What became of a commit. */
export type Receipt =
  /** One record for each entity of the commit, in its order. */
  | { readonly status: 'ok'; readonly records: readonly RecordRef[] }
  /** An expectation did not hold. `current` is the revision, entry seq or effect epoch found (0: none). */
  | { readonly status: 'conflict'; readonly on: 'entity' | 'entry' | 'effect'; readonly id: string; readonly current: number }
  /** This idempotency key was used before with the same body. */
  | { readonly status: 'replayed'; readonly receipt: Uint8Array }
  /** This idempotency key was used before with another body. */
  | { readonly status: 'reused' }

/** Where a record of an accepted commit stands. */
export interface RecordRef {
  readonly num: number
  readonly seq: number
  readonly revision: number
  readonly at: number
}
