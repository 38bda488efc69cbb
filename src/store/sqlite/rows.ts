import { crc32 } from 'node:zlib'
import { HoldfastError } from '../../core/index.ts'
import type { EntityRow, EntryRow, LogRow, OutboxRow } from '../engine.ts'
import { CLASSES, RECORD_OPS, STATES } from '../words.ts'
import type { ChainNode } from './chain.ts'

export interface StoredEntity extends Omit<EntityRow, 'origin' | 'deleted'> {
  readonly origin: number | null
  readonly origin_seq: number | null
  readonly origin_until: number | null
  readonly deleted: number
}

export function toEntity(row: StoredEntity): EntityRow {
  const { num, tenant, kind, id, root, revision, seq, born, floor, schema, created, updated, expires } = row
  const origin = row.origin === null ? null : { num: row.origin, seq: row.origin_seq ?? 0, until: row.origin_until }
  return {
    num,
    tenant,
    kind,
    id,
    root,
    origin,
    revision,
    seq,
    born,
    floor,
    deleted: row.deleted === 1,
    schema,
    created,
    updated,
    expires,
  }
}

export interface StoredEntry extends Omit<EntryRow, 'class'> {
  readonly class: number
}

/** A damaged page may give a number or bytes where text was written. @throws corrupt */
export function checkedKey(key: unknown): string {
  if (typeof key === 'string') return key
  const message = 'The key of an entry is no text: the file is damaged. Keep a copy, run `holdfast doctor`, and restore a backup'
  throw new HoldfastError('corrupt', message, {})
}

export function toEntry(row: StoredEntry): EntryRow {
  const { key: stored, seq, run, subject, segment } = row
  const key = checkedKey(stored)
  return { key, seq, class: CLASSES[row.class] ?? 'state', run, subject, segment }
}

export interface StoredVersion extends ChainNode {
  readonly seq: number
  readonly until: number
  readonly op: number
  readonly subject: string | null
  readonly segment: Uint8Array
}

/** A row of the log, in the order of its columns. */
export interface StoredRecord extends Omit<LogRow, 'last' | 'op' | 'keys'> {
  readonly last: number
  readonly prev: number
  readonly jump: number
  readonly op: number
  readonly keys: string
}

/** What tells a record that was written from one that the disk has changed: nothing else would. */
export function sumOf(row: StoredRecord): number {
  const { seq, commit, last, num, revision, prev, jump, op, at, actor, cause, source, trust, store, event, keys } = row
  const text = JSON.stringify([seq, commit, last, num, revision, prev, jump, op, at, actor, cause, source, trust, store, keys])
  return event === null ? crc32(text) : crc32(event, crc32(text))
}

/** A record as it is read; `n` is its number in the chain of its entity's records. */
export type ReadRecord = StoredRecord & ChainNode & { readonly sum: number }

/** The same record. @throws corrupt when it is not what was written. */
export function checked(row: ReadRecord): ReadRecord {
  if (sumOf(row) === row.sum) return row
  const message = `Record ${row.seq} of the log has changed since it was written. Keep a copy, run \`holdfast doctor\`, and restore a backup`
  throw new HoldfastError('corrupt', message, { seq: row.seq })
}

export function toRecord(row: StoredRecord): LogRow {
  const { seq, commit, num, revision, at, actor, cause, source, trust, store, event } = row
  const keys = row.keys === '' ? [] : (JSON.parse(row.keys) as string[])
  return {
    seq,
    commit,
    last: row.last === 1,
    num,
    revision,
    op: RECORD_OPS[row.op] ?? 'write',
    at,
    actor,
    cause,
    source,
    trust,
    store,
    event,
    keys,
  }
}

export interface StoredOutbox extends Omit<OutboxRow, 'entity' | 'state' | 'id'> {
  readonly row_id: string
  readonly tenant: string
  readonly kind: string
  readonly id: string
  readonly state: number
}

export function toOutbox(row: StoredOutbox): OutboxRow {
  const { queue, due, owner, lease, epoch, attempts, created, payload, result, tenant, kind, id } = row
  const state = STATES[row.state] ?? 'due'
  return {
    id: row.row_id,
    entity: { tenant, kind, id },
    queue,
    state,
    due,
    owner,
    lease,
    epoch,
    attempts,
    created,
    payload,
    result,
  }
}
