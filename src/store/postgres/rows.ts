import type { EntityRow, EntryRow, LogRow, OutboxRow, OutboxWrite } from '../engine.ts'
import { CLASSES, RECORD_OPS, STATES } from '../words.ts'

export const OUTBOX_OPS: readonly OutboxWrite['op'][] = ['put', 'settle', 'release', 'cancel']

export interface StoredEntity extends Omit<EntityRow, 'origin'> {
  readonly origin: number | null
  readonly origin_seq: number | null
  readonly origin_until: number | null
}

export function toEntity(row: StoredEntity): EntityRow {
  const { num, tenant, kind, id, root, revision, seq, born, floor, deleted, schema, created, updated, expires } = row
  const origin = row.origin === null ? null : { num: row.origin, seq: row.origin_seq ?? 0, until: row.origin_until }
  return { num, tenant, kind, id, root, origin, revision, seq, born, floor, deleted, schema, created, updated, expires }
}

export interface StoredEntry extends Omit<EntryRow, 'class'> {
  readonly class: number
}

export function toEntry({ key, seq, class: of, run, subject, segment }: StoredEntry): EntryRow {
  return { key, seq, class: CLASSES[of] ?? 'state', run, subject, segment }
}

export interface StoredRecord extends Omit<LogRow, 'op' | 'keys'> {
  readonly op: number
  /** A JSON array, or nothing for none. */
  readonly keys: string
}

export function toRecord(row: StoredRecord): LogRow {
  const { seq, commit, last, num, revision, at, actor, cause, source, trust, store, event } = row
  const keys = row.keys === '' ? [] : (JSON.parse(row.keys) as string[])
  return {
    seq,
    commit,
    last,
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

export interface StoredOutbox extends Omit<OutboxRow, 'entity' | 'state'> {
  readonly tenant: string
  readonly kind: string
  readonly entity: string
  readonly state: number
}

export function toOutbox(row: StoredOutbox): OutboxRow {
  const { id, tenant, kind, entity, queue, due, owner, lease, epoch, attempts, created, payload, result } = row
  const state = STATES[row.state] ?? 'due'
  return { id, entity: { tenant, kind, id: entity }, queue, state, due, owner, lease, epoch, attempts, created, payload, result }
}
