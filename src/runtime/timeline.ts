import { HoldfastError } from '../core/index.ts'
import { decodeNode, type EntityRef, type EntityRow, type LogRow, type PlainVersion, type Store } from '../store/index.ts'

/** A point of an entity's history: a revision, or the last one at or before a time. */
export type Moment = number | Date

/** One revision, as its log record tells it. */
export interface Revision {
  readonly revision: number
  readonly seq: number
  readonly commit: string
  readonly op: LogRow['op']
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly actor: string | null
  readonly cause: string | null
  readonly source: string | null
  readonly trust: string | null
  /** What the decision said it was about. */
  readonly event: { readonly name: string; readonly data?: unknown } | null
  /** Keys of the entries it changed. */
  readonly keys: readonly string[]
}

/** Which revisions, and in which order. */
export interface HistoryOptions {
  /** Only revisions from, to (both inclusive). */
  readonly from?: number
  readonly to?: number
  /** Default `newest` first. */
  readonly order?: 'newest' | 'oldest'
  /** Default: all that are kept. */
  readonly limit?: number
}

/** Revisions fetched at first, when few may be wanted, and then at a time. */
const FIRST_PAGE = 8
const PAGE = 64

/** Reads an entity's past. */
export class Timeline {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** The entity's row, fresh from the engine. @throws not_found */
  async row(ref: EntityRef): Promise<EntityRow> {
    const row = await this.#store.engine.entity(ref)
    if (row === undefined) throw new HoldfastError('not_found', `There is no ${ref.kind} ${ref.id}`, { entity: ref.id })
    return row
  }

  /** Revisions one by one, fetched in pages: stopping early costs nothing. @throws not_found; invalid for an unusable limit or order */
  async *history(ref: EntityRef, options: HistoryOptions = {}): AsyncGenerator<Revision> {
    const { order = 'newest', limit = Number.POSITIVE_INFINITY } = options
    if (limit !== Number.POSITIVE_INFINITY && !(Number.isInteger(limit) && limit > 0))
      throw new HoldfastError('invalid', `Expected a limit from 1, got ${limit}`, { path: 'limit' })
    if (order !== 'newest' && order !== 'oldest')
      throw new HoldfastError('invalid', `Expected the order newest or oldest, got ${String(order)}`, { path: 'order' })
    const { num } = await this.row(ref)
    let { from = 1, to = Number.MAX_SAFE_INTEGER } = options
    for (let left = limit, most = FIRST_PAGE; left > 0 && from <= to; most = PAGE) {
      const size = Math.min(left, most)
      const page = await this.#store.engine.history({ num, from, to, order, limit: size })
      for (const record of page) yield this.#toRevision(record)
      const last = page.at(-1)
      if (last === undefined || page.length < size) return
      left -= page.length
      if (order === 'newest') to = last.revision - 1
      else from = last.revision + 1
    }
  }

  /** The revision at a moment. @throws not_found when the entity did not exist then, or that history has been swept. */
  async revision(row: EntityRow, moment: Moment): Promise<Revision> {
    const { engine } = this.#store
    const query = { num: row.num, order: 'newest', limit: 1 } as const
    const [record] =
      moment instanceof Date
        ? await engine.history({ ...query, before: moment.getTime() })
        : await engine.history({ ...query, from: moment, to: moment })
    if (record !== undefined) return this.#toRevision(record)
    const [oldest] = await engine.history({ num: row.num, order: 'oldest', limit: 1, from: await this.#floorRevision(row) })
    const asked = moment instanceof Date ? moment.toISOString() : `revision ${moment}`
    const known =
      oldest === undefined ? 'nothing' : `revisions ${oldest.revision} (${new Date(oldest.at).toISOString()}) to ${row.revision}`
    throw new HoldfastError('not_found', `${row.kind} ${row.id} has no history at ${asked}; there is ${known}`, {
      entity: row.id,
    })
  }

  /** The seq of the last record of the commit that a record belongs to: as of then all of the commit is there. */
  async commitEnd({ num }: EntityRow, seq: number): Promise<number> {
    const { engine } = this.#store
    const partition = num % engine.partitions
    for (let after = seq - 1; ; ) {
      const page = await engine.log({ partition, after, limit: PAGE })
      const end = page.find((record) => record.last)?.seq ?? page.at(-1)?.seq
      // Swept: what is older than the log has no neighbours any more.
      if (end === undefined) return Math.max(seq, after)
      if (page.some((record) => record.last)) return end
      after = end
    }
  }

  /** Every entry whose key starts with a prefix, as it was at a revision. */
  async entries(row: EntityRow, prefix: string, seq: number): Promise<Map<string, PlainVersion>> {
    const found = await this.#store.reader.below(row, prefix, seq)
    await this.#checkKept(row, seq)
    return found
  }

  async entry(row: EntityRow, key: string, seq: number): Promise<PlainVersion | undefined> {
    const found = await this.#store.reader.at(row, key, seq)
    await this.#checkKept(row, seq)
    return found
  }

  /** The plain bytes of an entry as they are, or were before the entity was deleted; undefined where that was swept. */
  async last(row: EntityRow, key: string): Promise<Uint8Array | undefined> {
    const found = row.deleted ? undefined : await this.#store.glance(row, key)
    if (found !== undefined) return found.plain
    // It may have been deleted since somebody looked.
    const now = (await this.#store.engine.entityByNum(row.num)) ?? row
    try {
      return (await this.entry(now, key, now.seq - 1))?.plain
    } catch (error) {
      if (HoldfastError.is(error, 'not_found')) return undefined
      throw error
    }
  }

  /** What was swept while it was read may have been read in part. */
  async #checkKept(row: EntityRow, seq: number): Promise<void> {
    const now = await this.#store.engine.entityByNum(row.num)
    if (now !== undefined) this.#store.reader.checkFloor(now, seq)
  }

  async #floorRevision(row: EntityRow): Promise<number> {
    const [record] = await this.#store.engine.log({
      partition: row.num % this.#store.engine.partitions,
      after: row.floor - 1,
      limit: 1,
    })
    return record?.num === row.num ? record.revision : 1
  }

  #toRevision(record: LogRow): Revision {
    const { revision, seq, commit, op, at, actor, cause, source, trust, keys } = record
    return { revision, seq, commit, op, at, actor, cause, source, trust, keys, event: openEvent(this.#store, record.event) }
  }
}

/** The name and payload a record's event was given. */
export function openEvent(store: Store, event: Uint8Array | null): Revision['event'] {
  if (event === null) return null
  const node = decodeNode(store.codec.open(event))
  const [name, data] = node.type === 'leaf' && Array.isArray(node.value) ? (node.value as unknown[]) : []
  return data === undefined ? { name: String(name) } : { name: String(name), data }
}
