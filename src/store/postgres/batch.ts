import type { Commit, EntityCommit, EntityRef, OutboxWrite, Receipt, RecordRef, TermWrite, Write } from '../engine.ts'
import { hashOf, partitionOf } from '../partition.ts'
import { refKey } from '../ref.ts'
import { refuseRepeats } from '../repeats.ts'
import { CLASSES, ordinal, STATES } from '../words.ts'
import { Columns, Directory, type EncodedBatch } from './columns.ts'
import { OUTBOX_OPS } from './rows.ts'

/**
 * The columns of a batch and their types. `r_` are the entities it names, `k_` their keys, `o_` outbox rows, `i_` idempotency keys: each
 * named once, in arrays that are read from the tables once. `c_` are the commits, with the ends (`c_expects` and the like) of their
 * parts in the arrays that follow: `x_` expectations, `n_` entities, `w_` writes, `t_` terms with their values `v_`, `q_` outbox writes.
 * What is a number in another array counts from 1; 0 is none. Bytes are an offset (from 1; 0 is null) and a length.
 */
export const BATCH_TYPE = `(
  parts int[], r_part int[], r_tenant text[], r_kind text[], r_id text[], k_ref int[], k_key text[], o_part int[], o_id text[],
  i_part int[], i_tenant text[], i_key text[],
  c_id text[], c_at bigint[], c_actor text[], c_cause text[], c_source text[], c_trust text[], c_store text[],
  c_idem int[], c_body text[], c_receipt int[], c_receipt_len int[], c_expects int[], c_entities int[], c_outbox int[], c_deletes boolean[],
  x_ref int[], x_key int[], x_value bigint[],
  n_ref int[], n_delete boolean[], n_root text[], n_keeps_root boolean[], n_origin bigint[], n_origin_seq bigint[],
  n_schema text[], n_keeps_schema boolean[], n_expires bigint[], n_keeps_expires boolean[], n_event int[], n_event_len int[],
  n_writes int[], n_terms int[],
  w_key int[], w_class int[], w_run int[], w_subject text[], w_segment int[], w_segment_len int[], w_undo int[], w_undo_len int[],
  t_name text[], t_subject text[], t_values int[], v_value text[],
  q_op int[], q_row int[], q_ref int[], q_queue text[], q_due bigint[], q_owner text[], q_lease bigint[], q_epoch bigint[], q_state int[],
  q_bytes int[], q_bytes_len int[])`

/** @throws invalid when a commit names an entity twice, or writes a key twice */
export function encodeBatch(batch: readonly Commit[], partitions: number): EncodedBatch {
  const encoder = new Encoder(partitions)
  for (const commit of batch) encoder.commit(commit)
  return encoder.done()
}

class Encoder {
  readonly #partitions: number
  readonly #columns = new Columns()
  readonly #parts = new Set<number>()
  readonly #refs = new Directory()
  readonly #keys = new Directory()
  readonly #rows = new Directory()
  readonly #onces = new Directory()

  constructor(partitions: number) {
    this.#partitions = partitions
  }

  commit(commit: Commit): void {
    refuseRepeats(commit)
    const { id, at, actor, cause, source, trust, store, idempotency: once } = commit
    for (const expected of commit.expect) {
      const ref = this.#ref(expected.entity)
      if ('revision' in expected) this.#columns.row('x', { ref, key: 0, value: expected.revision })
      else this.#columns.row('x', { ref, key: this.#key(ref, expected.key), value: expected.seq })
    }
    for (const change of commit.entities) this.#entity(change)
    for (const write of commit.outbox) this.#outbox(write)
    const deletes = commit.entities.some((change) => change.delete === true)
    // Whatever is due for a deleted entity ends with it, wherever it is kept.
    if (deletes) for (let part = 0; part < this.#partitions; part++) this.#parts.add(part)
    this.#columns.row('c', {
      ...{ id, at, actor, cause, source, trust, store, deletes },
      idem: once === undefined ? 0 : this.#once(once.tenant, once.key),
      body: once?.body ?? null,
      ...this.#columns.blob('receipt', once?.receipt ?? null),
      ...{ expects: this.#columns.count('x'), entities: this.#columns.count('n'), outbox: this.#columns.count('q') },
    })
  }

  done(): EncodedBatch {
    return this.#columns.encode(this.#parts)
  }

  #entity(change: EntityCommit): void {
    const { entity, root, origin, schema, expires, event } = change
    const ref = this.#ref(entity)
    const deletes = change.delete === true
    if (!deletes) for (const write of change.writes) this.#write(ref, write)
    if (!deletes) for (const term of change.terms) this.#term(term)
    this.#columns.row('n', {
      ...{ ref, delete: deletes, root: root ?? null, keeps_root: root === undefined },
      ...{ origin: origin?.num ?? null, origin_seq: origin?.seq ?? null },
      ...{
        schema: schema ?? null,
        keeps_schema: schema === undefined,
        expires: expires ?? null,
        keeps_expires: expires === undefined,
      },
      ...this.#columns.blob('event', event),
      ...{ writes: this.#columns.count('w'), terms: this.#columns.count('t') },
    })
  }

  #write(ref: number, { key, class: of, run, subject, segment, undo }: Write): void {
    const numbers = { key: this.#key(ref, key), class: ordinal(CLASSES, of), run: segment === null ? 0 : run, subject }
    this.#columns.row('w', { ...numbers, ...this.#columns.blob('segment', segment), ...this.#columns.blob('undo', undo) })
  }

  #term({ name, subject, values }: TermWrite): void {
    for (const value of new Set(values)) this.#columns.row('v', { value })
    this.#columns.row('t', { name, subject, values: this.#columns.count('v') })
  }

  #outbox(write: OutboxWrite): void {
    const nothing = { ref: 0, queue: null, due: null, owner: null, lease: null, epoch: null, state: null }
    const row = { op: OUTBOX_OPS.indexOf(write.op), row: this.#outboxRow(write.id), ...nothing }
    if (write.op === 'cancel') this.#columns.row('q', { ...row, ...this.#columns.blob('bytes', null) })
    else if (write.op === 'put') {
      const { queue, due, claim, payload } = write
      const put = { ref: this.#ref(write.entity), queue, due, owner: claim?.owner ?? null, lease: claim?.lease ?? null }
      this.#columns.row('q', { ...row, ...put, ...this.#columns.blob('bytes', payload) })
    } else {
      const end = write.op === 'settle' ? { state: ordinal(STATES, write.state) } : { due: write.due }
      this.#columns.row('q', { ...row, ...end, epoch: write.epoch, ...this.#columns.blob('bytes', write.result) })
    }
  }

  #ref(ref: EntityRef): number {
    return this.#refs.number(refKey(ref), () => {
      const { tenant, kind, id } = ref
      this.#columns.row('r', { part: this.#part(partitionOf(ref, this.#partitions)), tenant, kind, id })
    })
  }

  #key(ref: number, key: string): number {
    return this.#keys.number(`${ref}\0${key}`, () => this.#columns.row('k', { ref, key }))
  }

  #outboxRow(id: string): number {
    return this.#rows.number(id, () => this.#columns.row('o', { part: this.#part(hashOf(id, this.#partitions)), id }))
  }

  #once(tenant: string, key: string): number {
    const name = `${tenant}\0${key}`
    return this.#onces.number(name, () =>
      this.#columns.row('i', { part: this.#part(hashOf(name, this.#partitions)), tenant, key }),
    )
  }

  #part(part: number): number {
    this.#parts.add(part)
    return part
  }
}

/** A receipt as the database writes it. */
export type EncodedReceipt =
  | { readonly ok: readonly (readonly [num: number, seq: number, revision: number, at: number])[] }
  | { readonly on: 'entity' | 'entry' | 'effect'; readonly id: string; readonly current: number }
  | { readonly replayed: string }
  | { readonly reused: true }

export function decodeReceipt(receipt: EncodedReceipt): Receipt {
  if ('ok' in receipt) return { status: 'ok', records: receipt.ok.map(toRecord) }
  if ('on' in receipt) return { status: 'conflict', on: receipt.on, id: receipt.id, current: receipt.current }
  if ('replayed' in receipt) return { status: 'replayed', receipt: Buffer.from(receipt.replayed, 'hex') }
  return { status: 'reused' }
}

function toRecord([num, seq, revision, at]: readonly [number, number, number, number]): RecordRef {
  return { num, seq, revision, at }
}
