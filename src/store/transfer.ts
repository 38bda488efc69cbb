/**
 * What an engine offers besides its port so that a store can move to another engine with everything it holds. Reading gives what
 * the port keeps to itself; filling writes rows as they are told, positions included, past every rule of commits. Rules: SPEC.md.
 */

import type { Awaitable } from './awaitable.ts'
import type { OutboxRow } from './commit.ts'
import type { EntityRow, EntryRow, LogRow, VersionRow } from './rows.ts'

/** A superseded version, current from `seq` up to, not including, `until`. */
export interface ChangeRow {
  readonly key: string
  readonly seq: number
  readonly until: number
  readonly op: VersionRow['op']
  readonly subject: string | null
  /** Empty for an absence. */
  readonly segment: Uint8Array
}

/** Which superseded versions of an entity to read. */
export interface ChangeQuery {
  readonly num: number
  /** Continue behind this one. */
  readonly after?: Pick<ChangeRow, 'key' | 'seq'> | undefined
  /** Only those with an `until` above this. */
  readonly since: number
  readonly limit: number
}

/** One value an entity is found by. */
export interface TermRow {
  readonly name: string
  readonly value: string
  readonly subject: string | null
}

/** An outbox row with the time it became final. */
export interface PromisedRow extends OutboxRow {
  readonly finished: number | null
}

/** The answer kept for an idempotency key. */
export interface IdempotencyRow {
  readonly tenant: string
  readonly key: string
  readonly body: string
  readonly receipt: Uint8Array
  readonly at: number
}

/** The place of an idempotency row: they are ordered by tenant, then key, in UTF-8 bytes. */
export type IdempotencyPlace = Pick<IdempotencyRow, 'tenant' | 'key'>

/**
 * What a store is kept from. `copying`: it is in use, but nothing is forgotten of it (`sweep` and `adopt` are refused). `stopped`:
 * nothing may change it, for the moment. `moved`: nothing may change it ever again.
 */
export interface Hold {
  /** Random; tells one move from another. */
  readonly id: string
  /** Where the store goes, for people to read. */
  readonly to: string
  readonly stage: 'copying' | 'stopped' | 'moved'
}

/** What a store that is being filled knows about that. */
export interface Filling {
  /** Where it comes from, for people to read. */
  readonly from: string
  /** How far it has come, in the words of whoever fills it. */
  readonly journal: string
}

/** Something to be written into a store that is being filled. Whatever was at its place is replaced. */
export type Piece =
  /** A row as it is to be. Those that follow of the same entity need it to be there. */
  | { readonly put: 'entity'; readonly row: EntityRow }
  /**
   * Records of one partition, in order, behind those it has. `seq`, `revision` and `updated` of their entities follow; of an entity
   * without a record before (revision 0), `born` and `floor` become the record's.
   */
  | { readonly put: 'records'; readonly partition: number; readonly rows: readonly LogRow[] }
  /** The highest seq of the partition's log that is told to have been swept. */
  | { readonly put: 'floor'; readonly partition: number; readonly seq: number }
  /** Superseded versions in the order of their keys and spans, behind those it has; what is there already is left out. */
  | { readonly put: 'changes'; readonly num: number; readonly rows: readonly ChangeRow[] }
  /** All current entries from a key (inclusive) to another (exclusive; absent: to the end). */
  | {
      readonly put: 'entries'
      readonly num: number
      readonly from: string
      readonly to?: string | undefined
      readonly rows: readonly EntryRow[]
    }
  /** All terms of an entity. */
  | { readonly put: 'terms'; readonly num: number; readonly rows: readonly TermRow[] }
  /** All outbox rows with ids behind one, up to another (inclusive; absent: to the end). */
  | { readonly put: 'outbox'; readonly after: string; readonly to?: string | undefined; readonly rows: readonly PromisedRow[] }
  /** All idempotency rows behind a place, up to another (inclusive; absent: to the end). */
  | {
      readonly put: 'idempotency'
      readonly after?: IdempotencyPlace | undefined
      readonly to?: IdempotencyPlace | undefined
      readonly rows: readonly IdempotencyRow[]
    }

/** See the head of this file. */
export interface Transfer {
  /** What the store is called in what people read: its URL, without a password. */
  readonly name: string
  /** Entities of every tenant, deleted ones too, by num behind `after`. */
  entities(after: number, limit: number): Awaitable<readonly EntityRow[]>
  /** Superseded versions of an entity by key (UTF-8 bytes), then seq. */
  changes(query: ChangeQuery): Awaitable<readonly ChangeRow[]>
  /** By name, then value. */
  terms(num: number): Awaitable<readonly TermRow[]>
  /** Every outbox row, by id behind `after`. */
  outbox(after: string, limit: number): Awaitable<readonly PromisedRow[]>
  idempotency(after: IdempotencyPlace | undefined, limit: number): Awaitable<readonly IdempotencyRow[]>

  /** What the store is kept from; undefined where it is free. */
  hold(): Awaitable<Hold | undefined>
  /** Holds the store, or, with null, sets it free. Every process that has it open is bound by it from here on. */
  setHold(hold: Hold | null): Awaitable<void>

  /** Undefined for a store that is not being filled. */
  filling(): Awaitable<Filling | undefined>
  /**
   * Marks an empty store as being filled: until `complete` it refuses to be opened for use, and to be used.
   * @throws conflict when there is anything in it, or it is being filled already
   */
  begin(filling: Filling): Awaitable<void>
  /** Writes the pieces in their order, and the journal, in one transaction. */
  fill(pieces: readonly Piece[], journal: string): Awaitable<void>
  /** Ends the filling: the store may be used, under the id of the store it came from. */
  complete(storeId: string): Awaitable<void>
}
