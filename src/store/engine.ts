/**
 * The engine port: what a database must do for Holdfast. An engine stores opaque segments; it never looks inside one.
 * Every rule an engine must keep is numbered in SPEC.md and tested by `holdfast/store/contract`.
 *
 * An engine keeps, for every key of every entity, the current version whole (an *entry*) and every superseded version
 * (a *change*) with the span of the log in which it was current: from its own `seq` up to, not including, `until`.
 * A superseded version is an image, or a patch that makes it out of the version that followed it.
 */

import type { Clock } from '../core/index.ts'
import type { Awaitable } from './awaitable.ts'
import type { Commit, OutboxRow, OutboxState, Receipt } from './commit.ts'
import type { NodeRegistry } from './nodes.ts'
import type { Chain, EntityRef, EntityRow, EntryRow, KeyRange, LogRow } from './rows.ts'
import type { Transfer } from './transfer.ts'
import type { Workload, WorkloadQuery } from './workload.ts'

export type * from './awaitable.ts'
export type * from './commit.ts'
export type * from './nodes.ts'
export type * from './rows.ts'
export type * from './transfer.ts'
export type * from './workload.ts'

/** Which entities to find by a term. */
export interface TermQuery {
  readonly tenant: string
  readonly kind: string
  readonly name: string
  /** Values in UTF-8 byte order: one value, or from (inclusive) to (exclusive). */
  readonly value: string | KeyRange
  /** Continue behind this row. */
  readonly after?: { readonly value: string; readonly num: number } | undefined
  readonly limit: number
}

/** Which entities to list. */
export interface EntityQuery {
  readonly tenant: string
  readonly kind?: string | undefined
  readonly root?: string | undefined
  /** By kind and id, or newest change first: by the whole second of `updated`, then by num, both downwards. */
  readonly order: 'id' | 'updated'
  /** Continue behind this row. */
  readonly after?: Pick<EntityRow, 'kind' | 'id' | 'updated' | 'num'> | undefined
  readonly updatedFrom?: number | undefined
  readonly updatedTo?: number | undefined
  readonly deleted?: boolean | undefined
  /** Only ids that begin with this. */
  readonly prefix?: string | undefined
  readonly limit: number
}

/** How much is in an outbox, each counted up to `most`. */
export interface OutboxTally {
  /** In state `due` and not held under a live lease. */
  readonly due: number
  /** Held under a live lease. */
  readonly running: number
  readonly dead: number
}

/** A piece of a partition's log, in seq order. */
export interface LogQuery {
  readonly partition: number
  /** Records behind this seq. */
  readonly after: number
  readonly limit: number
}

/** A piece of an entity's history. */
export interface HistoryQuery {
  readonly num: number
  /** Revisions from, to (both inclusive). */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** Only records at or before this time; for the order `newest`. */
  readonly before?: number | undefined
  readonly order: 'oldest' | 'newest'
  readonly limit: number
}

/** Where a partition's log begins and ends. */
export interface PartitionHead {
  /** The newest record's. */
  readonly seq: number
  /** The highest seq that sweeping has dropped: a feed that stands before it has missed records. */
  readonly floor: number
}

/** A version handed from an origin to its fork. */
export type Adopted = Pick<EntryRow, 'key' | 'subject'> & { readonly segment: Uint8Array }

/** Which due rows to take, for whom, until when. */
export interface ClaimRequest {
  readonly owner: string
  readonly queues: readonly string[]
  readonly now: number
  /** When the claims end. */
  readonly lease: number
  readonly limit: number
}

/** Which outbox rows to list, by id. */
export interface OutboxQuery {
  readonly tenant?: string | undefined
  readonly entity?: EntityRef | undefined
  readonly queue?: string | undefined
  readonly state?: OutboxState | undefined
  /** Only rows whose time had come at this time. */
  readonly dueBy?: number | undefined
  /** Only rows promised at this time or later. */
  readonly createdFrom?: number | undefined
  readonly after?: string | undefined
  readonly limit: number
}

/** What may be forgotten. Times are milliseconds since the epoch. */
export interface SweepRequest {
  /** Superseded versions and records are dropped when older than this... */
  readonly historyBefore: number
  /** ...and not among the newest so many revisions of their entity. */
  readonly keepRevisions: number
  readonly idempotencyBefore: number
  /** Final outbox rows older than this. */
  readonly settledBefore: number
  /** Entities to visit at most in this call; the same limit bounds rows dropped per entity and table. */
  readonly limit: number
  /** Continue behind this entity. */
  readonly after: number
}

/** What a call of `sweep` has forgotten. */
export interface SweepReport {
  readonly changes: number
  readonly records: number
  readonly idempotency: number
  readonly outbox: number
  /** Pass as `after` to go on; null when the round is complete. */
  readonly next: number | null
}

/** One thing the verifier found wrong. */
export interface Damage {
  readonly code:
    | 'log_gap'
    | 'log_head'
    | 'entry_version'
    | 'change_span'
    | 'term_orphan'
    | 'entity_head'
    | 'outbox_orphan'
    | 'file'
  readonly message: string
  readonly num?: number
  readonly key?: string
  readonly seq?: number
}

/** What is large and what grows. */
export interface Growth {
  readonly entities: number
  readonly records: number
  /** Bytes the engine occupies, files included; 0 where it cannot tell. */
  readonly bytes: number
  readonly largestEntities: readonly { readonly entity: EntityRef; readonly bytes: number; readonly entries: number }[]
  readonly largestKeys: readonly { readonly entity: EntityRef; readonly key: string; readonly bytes: number }[]
  /** Keys with the most superseded versions. */
  readonly busiestKeys: readonly { readonly entity: EntityRef; readonly key: string; readonly changes: number }[]
}

/** A database, as Holdfast needs it. See the head of this file. */
export interface Engine {
  readonly name: string
  /** Random id given at creation; a copy of the store keeps it. */
  readonly storeId: string
  readonly partitions: number
  /** How many commits are best handed over at once, where more than 32 are. */
  readonly batch?: number
  /** How many batches it likes to be handed before it has answered the first of them; 1 where nothing is said. */
  readonly inFlight?: number
  /** What moving the store takes; absent where it cannot move. */
  readonly transfer?: Transfer
  /** The clock of all who have the data open; absent where the machine's will do. */
  readonly clock?: Clock
  /** Who else works on the same database; absent in engines of one machine. */
  readonly nodes?: NodeRegistry

  /**
   * Stores the batch in one transaction and answers when it is durable, one receipt per commit in order. A refused
   * commit writes nothing and leaves its neighbours alone, but: once a commit is refused, later commits *of the same
   * batch* that expect anything of an entity the refused one touched are refused too, for they were decided on what it
   * would have written.
   * @throws unavailable when nothing of the batch was stored; the caller may send it again.
   */
  commit(batch: readonly Commit[]): Awaitable<readonly Receipt[]>

  entity(ref: EntityRef): Awaitable<EntityRow | undefined>
  entityByNum(num: number): Awaitable<EntityRow | undefined>
  entities(query: EntityQuery): Awaitable<readonly EntityRow[]>
  /** Entities that live and expire at or before `now`, oldest first. */
  expired(now: number, limit: number): Awaitable<readonly EntityRow[]>
  find(query: TermQuery): Awaitable<readonly (EntityRow & { readonly value: string })[]>
  /** How many entities of a kind live: exact up to `most`, which stands for any more. */
  count(tenant: string, kind: string, most: number): Awaitable<number>
  terms(num: number): Awaitable<readonly { readonly name: string; readonly value: string }[]>

  /** The entity's own current version of one key. */
  entry(num: number, key: string): Awaitable<EntryRow | undefined>
  /** The entity's own current entries in key order; of an origin nothing. */
  entries(num: number, range: KeyRange, limit: number): Awaitable<readonly EntryRow[]>
  /**
   * The entity's own state version of a key that was current at `seq`, as a chain. An absence is an `absent` version.
   * Undefined when it had none of its own up to then (a fork asks its origin next).
   */
  version(num: number, key: string, seq: number): Awaitable<Chain | undefined>
  /** `version` for every key in range that had one, absences included, in key order. */
  versions(num: number, range: KeyRange, seq: number, limit: number): Awaitable<readonly Chain[]>

  log(query: LogQuery): Awaitable<readonly LogRow[]>
  history(query: HistoryQuery): Awaitable<readonly LogRow[]>
  /** One for each partition. */
  heads(): Awaitable<readonly PartitionHead[]>
  /** The heads if another connection may have committed since the last call, else undefined. Cheap. */
  poll(): Awaitable<readonly PartitionHead[] | undefined>

  claim(request: ClaimRequest): Awaitable<readonly OutboxRow[]>
  /** Extends the leases of claims still held; returns the ids that are not held any more. */
  renew(claims: readonly { readonly id: string; readonly epoch: number }[], lease: number): Awaitable<readonly string[]>
  outbox(query: OutboxQuery): Awaitable<readonly OutboxRow[]>
  /** What waits, runs and has failed of a tenant at a time, each counted up to `most`. */
  tally(tenant: string, now: number, most: number): Awaitable<OutboxTally>
  /** Who runs what, what waits and what has failed, of all tenants. */
  workload(query: WorkloadQuery): Awaitable<Workload>
  outboxRow(id: string): Awaitable<OutboxRow | undefined>
  /** When the next row of these queues can be claimed: its due time, or the end of the lease that holds it. */
  nextDue(queues: readonly string[]): Awaitable<number | undefined>
  idempotency(tenant: string, key: string): Awaitable<{ readonly body: string; readonly receipt: Uint8Array } | undefined>

  /** Entities that still read from an origin: those of entity `num`, or all; forked (created) before a time, or ever. */
  forks(query: {
    readonly num?: number
    readonly createdBefore?: number
    readonly limit: number
  }): Awaitable<readonly EntityRow[]>
  /**
   * Gives a fork, as of its birth, versions it reads from its origin: each becomes its current entry, or, where the fork
   * has written or deleted that key since, the superseded version before its first own one. No record, no revision.
   * With `last` the origin is forgotten.
   */
  adopt(num: number, entries: readonly Adopted[], last: boolean): Awaitable<void>
  /** Forgets what the request allows, but never what a fork still reads. */
  sweep(request: SweepRequest): Awaitable<SweepReport>
  /** Checks everything the engine can check about itself. */
  verify(): AsyncIterable<Damage>
  growth(top: number): Awaitable<Growth>
  /**
   * Rejects with `unavailable` when nothing could be committed at this moment, e.g. to a standby; cheap, and without waiting for better
   * times. Absent where an engine that answers can be written to.
   */
  probe?(): Awaitable<void>
  close(): Awaitable<void>
}
