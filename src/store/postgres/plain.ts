import type { Commit, EntityCommit, EntityRef, OutboxWrite, Receipt, Write } from '../engine.ts'
import { hashOf, partitionOf } from '../partition.ts'
import { refKey } from '../ref.ts'
import { ordinal, STATES } from '../words.ts'
import { Columns, type EncodedBatch } from './columns.ts'
import type { PlainAnswer } from './plain-answer.ts'
import { OUTBOX_OPS } from './rows.ts'

/**
 * The columns of a plain batch: `parts` with the records and new entities of each (`p_`); entities named (`r_`) as they are expected
 * and as they are left; records (`g_`); entries as they are left (`k_`); versions superseded that are in the table (`a_`) or in the
 * batch (`b_`); terms (`t_`, values `v_`); outbox writes (`q_`); idempotency keys (`i_`). A `slot` is a place in `parts`, an `ordinal` a
 * place among the batch's records of its partition, both from 1.
 */
export const PLAIN_TYPE = `(
  parts int[], p_records int[], p_fresh int[],
  r_slot int[], r_part int[], r_tenant text[], r_kind text[], r_id text[], r_expected bigint[], r_written boolean[], r_nulls boolean[],
  r_fresh int[], r_records int[], r_born int[], r_ordinal int[], r_created bigint[], r_at bigint[], r_root text[], r_origin bigint[],
  r_origin_seq bigint[], r_schema text[], r_keeps_schema boolean[], r_expires bigint[], r_keeps_expires boolean[],
  g_ref int[], g_ordinal int[], g_commit text[], g_last boolean[], g_revision bigint[], g_op int[], g_at bigint[], g_actor text[],
  g_cause text[], g_source text[], g_trust text[], g_store text[], g_event int[], g_event_len int[], g_keys text[],
  k_ref int[], k_key text[], k_ordinal int[], k_run int[], k_subject text[], k_segment int[], k_segment_len int[],
  a_ref int[], a_key text[], a_until int[], a_undo int[], a_undo_len int[],
  b_ref int[], b_key text[], b_ordinal int[], b_until int[], b_op int[], b_subject text[], b_bytes int[], b_bytes_len int[],
  t_ref int[], t_name text[], t_subject text[], t_values int[], v_value text[],
  q_op int[], q_part int[], q_id text[], q_ref int[], q_tenant text[], q_kind text[], q_entity text[], q_queue text[], q_due bigint[],
  q_owner text[], q_lease bigint[], q_epoch bigint[], q_state int[], q_at bigint[], q_bytes int[], q_bytes_len int[],
  i_part int[], i_tenant text[], i_key text[], i_body text[], i_receipt int[], i_receipt_len int[], i_at bigint[])`

/** An entity of the batch, as far as the commits before have brought it. */
interface Head {
  /** Its row among the entities. */
  readonly row: number
  readonly part: number
  revision: number
  at: number
  /** By key: the row of its entry, and the write that made it. */
  readonly entries: Map<string, { readonly row: number; last: Write; ordinal: number }>
  readonly terms: Set<string>
}

/** Thrown for a batch that is not plain. */
const NOT_PLAIN = new Error('not a plain batch')

/**
 * Most batches are plain: each commit says at which revision it expects every entity that it touches, deletes none, and repeats no outbox
 * row and no key. Then all that is to be written is known before the database is asked, but where its logs stand: it only has to check
 * that everything is as expected. Anything else is left to `apply`, which decides commit by commit.
 */
export class PlainBatch {
  readonly encoded: EncodedBatch
  readonly #records: readonly (readonly Place[])[]

  private constructor(encoded: EncodedBatch, records: readonly (readonly Place[])[]) {
    this.encoded = encoded
    this.#records = records
  }

  /** Undefined for a batch that is not plain. */
  static of(batch: readonly Commit[], partitions: number): PlainBatch | undefined {
    const planner = new Planner(partitions)
    try {
      const records = batch.map((commit) => planner.commit(commit))
      return planner.isEmpty ? undefined : new PlainBatch(planner.done(), records)
    } catch (error) {
      if (error === NOT_PLAIN) return undefined
      throw error
    }
  }

  receipts({ seq, num, updated }: PlainAnswer): Receipt[] {
    return this.#records.map((places) => ({
      status: 'ok',
      records: places.map(({ ref, slot, ordinal, revision, at }) => ({
        num: num[ref - 1] ?? 0,
        seq: (seq[slot - 1] ?? 0) + ordinal,
        revision,
        at: Math.max(at, updated[ref - 1] ?? 0),
      })),
    }))
  }
}

/** Where a record will stand, and what of it is known. */
interface Place {
  readonly ref: number
  slot: number
  readonly part: number
  readonly ordinal: number
  readonly revision: number
  readonly at: number
}

class Planner {
  readonly #partitions: number
  readonly #tables = new Columns()
  readonly #heads = new Map<string, Head>()
  /** By partition: the records and the new entities of the batch so far. */
  readonly #parts = new Map<number, { records: number; fresh: number }>()
  readonly #once = new Set<string>()
  readonly #outbox = new Set<string>()
  readonly #places: Place[] = []

  constructor(partitions: number) {
    this.#partitions = partitions
  }

  commit(commit: Commit): readonly Place[] {
    for (const expected of commit.expect) {
      if (!('revision' in expected)) throw NOT_PLAIN
      this.#expect(expected.entity, expected.revision)
    }
    const { entities } = commit
    const heads = entities.map(({ entity }) => this.#heads.get(refKey(entity)) ?? notPlain())
    if (new Set(heads).size < heads.length) throw NOT_PLAIN
    const places = entities.map((change, i) => {
      const head = heads[i] ?? notPlain()
      return this.#entity(commit, change, head, !heads.some((other, later) => later > i && other.part === head.part))
    })
    for (const write of commit.outbox) this.#promise(write, commit)
    this.#idempotency(commit)
    this.#places.push(...places)
    return places
  }

  get isEmpty(): boolean {
    return this.#parts.size === 0
  }

  done(): EncodedBatch {
    const parts = [...this.#parts.keys()].sort((a, b) => a - b)
    for (const part of parts) this.#tables.row('p', this.#parts.get(part) ?? { records: 0, fresh: 0 })
    const slots = new Map(parts.map((part, i) => [part, i + 1]))
    for (const place of this.#places) place.slot = slots.get(place.part) ?? 0
    for (const { row, part } of this.#heads.values()) this.#tables.set('r', row, { slot: slots.get(part) ?? 0 })
    return this.#tables.encode(parts)
  }

  #expect(ref: EntityRef, revision: number): void {
    const key = refKey(ref)
    const known = this.#heads.get(key)
    if (known !== undefined && known.revision !== revision) throw NOT_PLAIN
    if (known !== undefined) return
    const part = this.#part(partitionOf(ref, this.#partitions))
    const { tenant, kind, id } = ref
    const nothing = {
      root: null,
      origin: null,
      origin_seq: null,
      schema: null,
      keeps_schema: true,
      expires: null,
      keeps_expires: true,
    }
    const row = this.#tables.row('r', {
      ...{ slot: 0, part, tenant, kind, id, expected: revision, written: false, nulls: false },
      ...{ fresh: 0, records: 0, born: 0, ordinal: 0, created: 0, at: 0, ...nothing },
    })
    this.#heads.set(key, { row, part, revision, at: 0, entries: new Map(), terms: new Set() })
  }

  #entity(commit: Commit, change: EntityCommit, head: Head, last: boolean): Place {
    if (change.delete === true) throw NOT_PLAIN
    const count = this.#parts.get(head.part) ?? notPlain()
    const isNew = head.revision === 0
    const place = { ref: head.row, slot: 0, part: head.part, ordinal: ++count.records, revision: ++head.revision, at: 0 }
    head.at = Math.max(head.at, commit.at)
    if (isNew) this.#create(change, head, ++count.fresh, place.ordinal)
    const keys = change.writes.map((write) => this.#write(head, write, place.ordinal, change))
    if (new Set(keys).size < keys.length) throw NOT_PLAIN
    this.#describe(change, head, place.ordinal)
    for (const term of change.terms) {
      // The last values of a name win: two in one batch are left to `apply`.
      if (head.terms.size === head.terms.add(term.name).size) throw NOT_PLAIN
      for (const value of new Set(term.values)) this.#tables.row('v', { value })
      this.#tables.row('t', { ref: head.row, name: term.name, subject: term.subject, values: this.#tables.count('v') })
    }
    const { id, actor, cause, source, trust, store } = commit
    this.#tables.row('g', {
      ...{ ref: head.row, ordinal: place.ordinal, commit: id, last, revision: place.revision, op: isNew ? 1 : 0, at: head.at },
      ...{ actor, cause, source, trust, store, ...this.#tables.blob('event', change.event) },
      keys: keys.length === 0 ? '' : JSON.stringify(keys),
    })
    return { ...place, at: head.at }
  }

  #create({ root, origin }: EntityCommit, { row, at }: Head, fresh: number, ordinal: number): void {
    const born = {
      fresh,
      born: ordinal,
      created: at,
      root: root ?? null,
      origin: origin?.num ?? null,
      origin_seq: origin?.seq ?? null,
    }
    this.#tables.set('r', row, born)
  }

  #describe({ schema, expires }: EntityCommit, head: Head, ordinal: number): void {
    this.#tables.set('r', head.row, {
      ...{ written: true, ordinal, at: head.at, records: Number(this.#tables.get('r', head.row, 'records')) + 1 },
      ...(schema !== undefined && { schema, keeps_schema: false }),
      ...(expires !== undefined && { expires, keeps_expires: false }),
    })
  }

  /** The key. */
  #write(head: Head, write: Write, at: number, { origin }: EntityCommit): string {
    const { key, subject, segment } = write
    if (write.class !== 'state' || (segment === null && origin)) throw NOT_PLAIN
    if (segment === null) this.#tables.set('r', head.row, { nulls: true })
    const undo = segment === null ? null : write.undo
    const known = head.entries.get(key)
    const now = { ordinal: at, run: segment === null ? 0 : write.run, subject, ...this.#tables.blob('segment', segment) }
    if (known === undefined) {
      this.#tables.row('a', { ref: head.row, key, until: at, ...this.#tables.blob('undo', undo) })
      head.entries.set(key, { row: this.#tables.row('k', { ref: head.row, key, ...now }), last: write, ordinal: at })
      return key
    }
    const { last, row } = known
    if (last.segment !== null) {
      const about = { ref: head.row, key, ordinal: known.ordinal, until: at, op: undo === null ? 0 : 1, subject: last.subject }
      this.#tables.row('b', { ...about, ...this.#tables.blob('bytes', undo ?? last.segment) })
    }
    this.#tables.set('k', row, now)
    known.last = write
    known.ordinal = at
    return key
  }

  #promise(write: OutboxWrite, { at, entities }: Commit): void {
    if (this.#outbox.size === this.#outbox.add(write.id).size) throw NOT_PLAIN
    const nothing = {
      ref: 0,
      tenant: null,
      kind: null,
      entity: null,
      queue: null,
      due: null,
      owner: null,
      lease: null,
      epoch: null,
      state: null,
    }
    const part = this.#part(hashOf(write.id, this.#partitions))
    const row = { op: OUTBOX_OPS.indexOf(write.op), part, id: write.id, at, ...nothing }
    if (write.op === 'cancel') this.#tables.row('q', { ...row, ...this.#tables.blob('bytes', null) })
    else if (write.op === 'put') {
      const name = refKey(write.entity)
      if (!entities.some(({ entity }) => refKey(entity) === name)) throw NOT_PLAIN
      const { tenant, kind, id: entity } = write.entity
      const { queue, due, claim } = write
      const put = {
        ref: this.#heads.get(name)?.row ?? 0,
        tenant,
        kind,
        entity,
        queue,
        due,
        owner: claim?.owner ?? null,
        lease: claim?.lease ?? null,
      }
      this.#tables.row('q', { ...row, ...put, ...this.#tables.blob('bytes', write.payload) })
    } else {
      const end = write.op === 'settle' ? { state: ordinal(STATES, write.state) } : { due: write.due }
      this.#tables.row('q', { ...row, ...end, epoch: write.epoch, ...this.#tables.blob('bytes', write.result) })
    }
  }

  #idempotency({ idempotency: once, at }: Commit): void {
    if (once === undefined) return
    const { tenant, key, body, receipt } = once
    const name = `${tenant}\0${key}`
    if (this.#once.size === this.#once.add(name).size) throw NOT_PLAIN
    this.#tables.row('i', {
      part: this.#part(hashOf(name, this.#partitions)),
      tenant,
      key,
      body,
      at,
      ...this.#tables.blob('receipt', receipt),
    })
  }

  #part(part: number): number {
    if (!this.#parts.has(part)) this.#parts.set(part, { records: 0, fresh: 0 })
    return part
  }
}

function notPlain(): never {
  throw NOT_PLAIN
}
