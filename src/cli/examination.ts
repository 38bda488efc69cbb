import { HoldfastError } from '../core/index.ts'
import { type Damage, decodeNode, type EntityRef, type EntityRow, everyEntity, type Store } from '../store/index.ts'
import type { FindingCode } from './remedy.ts'

/** One thing that is wrong with a store. */
export interface Finding {
  readonly code: FindingCode
  readonly message: string
  readonly entity?: EntityRef
  readonly key?: string
  readonly seq?: number
}

export interface ExaminationOptions {
  /** Read every past version too. */
  readonly deep: boolean
  readonly signal: AbortSignal
  readonly onProgress: (text: string) => void
}

/** Entries and records read at a time. */
const PAGE = 500

/** Has the engine check itself, then reads what is stored. @throws cancelled */
export async function* examine(store: Store, options: ExaminationOptions): AsyncGenerator<Finding> {
  options.onProgress('checking the file and its tables')
  for await (const damage of store.engine.verify()) yield findingOf(damage, await rowOf(store, damage.num))
  let entities = 0
  for await (const row of everyEntity(store.engine)) {
    if (options.signal.aborted) throw new HoldfastError('cancelled', 'Stopped before everything was examined', {})
    options.onProgress(`reading values: ${++entities} entities`)
    yield* unreadableNow(store, row)
    if (options.deep) yield* unreadablePast(store, row)
  }
}

async function rowOf(store: Store, num: number | undefined): Promise<EntityRow | undefined> {
  return num === undefined ? undefined : store.engine.entityByNum(num)
}

function findingOf({ code, message, key, seq }: Damage, row: EntityRow | undefined): Finding {
  return {
    code,
    message,
    ...(row && { entity: refOf(row) }),
    ...(key !== undefined && { key }),
    ...(seq !== undefined && { seq }),
  }
}

/** Current values, as they are stored: nothing is read of a fork's origin, which is examined on its own. */
async function* unreadableNow(store: Store, row: EntityRow): AsyncGenerator<Finding> {
  for (let from = '', isMore = true; isMore; ) {
    const entries = await store.engine.entries(row.num, { from }, PAGE)
    for (const { key, segment } of entries) {
      try {
        if (segment !== null) decodeNode(store.codec.open(segment))
      } catch (error) {
        yield unreadable(row, key, undefined, error)
      }
    }
    isMore = entries.length === PAGE
    from = `${entries.at(-1)?.key ?? ''}\u0001`
  }
}

/** Every version that history still holds, each reached as `--at` reaches it. */
async function* unreadablePast(store: Store, row: EntityRow): AsyncGenerator<Finding> {
  for (let from = 1, isMore = true; isMore; ) {
    const records = await store.engine.history({ num: row.num, from, order: 'oldest', limit: PAGE })
    for (const { seq, keys } of records) {
      for (const key of keys) {
        try {
          const version = await store.reader.at(row, key, seq)
          if (version !== undefined) decodeNode(version.plain)
        } catch (error) {
          yield unreadable(row, key, seq, error)
        }
      }
    }
    isMore = records.length === PAGE
    from = (records.at(-1)?.revision ?? 0) + 1
  }
}

function unreadable(row: EntityRow, key: string, seq: number | undefined, error: unknown): Finding {
  const when = seq === undefined ? 'now' : `as of seq ${seq}`
  const why = error instanceof Error ? error.message : String(error)
  const message = `${key} of ${row.kind} ${row.id}, ${when}: ${why}`
  return { code: 'unreadable', message, entity: refOf(row), key, ...(seq !== undefined && { seq }) }
}

function refOf({ tenant, kind, id }: EntityRow): EntityRef {
  return { tenant, kind, id }
}
