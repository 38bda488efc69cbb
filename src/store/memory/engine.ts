import { compareUtf8, randomId } from '../../core/index.ts'
import type { Engine, EntryRow, HistoryQuery, KeyRange, LogRow, PartitionHead } from '../engine.ts'
import { refKey } from '../ref.ts'
import { adoptEntries } from './adopt.ts'
import { commitBatch } from './commit.ts'
import { createData, type Data, type Entity, entityByNum } from './data.ts'
import { countEntities, listEntities, listExpired, listForks } from './entities.ts'
import { growthOf } from './growth.ts'
import { claimOutbox, listOutbox, nextDueOf, renewOutbox, tallyOutbox } from './outbox.ts'
import { sweepData } from './sweep.ts'
import { findByTerm } from './terms.ts'
import { createTransfer } from './transfer.ts'
import { verifyData } from './verify.ts'
import { versionAt, versionsAt } from './version.ts'

export interface MemoryOptions {
  /** Default: a new random id. */
  readonly storeId?: string
  /** Default 1. */
  readonly partitions?: number
}

/**
 * An engine that keeps everything in this process and forgets it with it: for tests, and for state nobody must keep.
 * It answers at once. Segments are kept as they are handed in, not copied: nobody may change one afterwards.
 */
export function createMemoryEngine(options: MemoryOptions = {}): Engine {
  const { storeId = randomId(), partitions = 1 } = options
  const data = createData(partitions, storeId)
  return {
    name: 'memory',
    get storeId() {
      return data.custody.storeId
    },
    partitions,
    transfer: createTransfer(data),
    ...{ ...entitySide(data), ...logSide(data), ...outboxSide(data), ...upkeep(data) },
  }
}

function entitySide(data: Data) {
  const own = <Result>(num: number, read: (entity: Entity) => Result): Result | undefined => {
    const entity = entityByNum(data, num)
    return entity && read(entity)
  }
  return {
    commit: (batch) => commitBatch(data, batch),
    entity: (ref) => data.names.get(refKey(ref))?.row,
    entityByNum: (num) => entityByNum(data, num)?.row,
    entities: (query) => listEntities(data, query),
    expired: (now, limit) => listExpired(data, now, limit),
    find: (query) => findByTerm(data, query),
    count: (tenant, kind, most) => countEntities(data, tenant, kind, most),
    terms: (num) => own(num, ({ terms }) => [...terms].map(({ name, value }) => ({ name, value }))) ?? [],
    entry: (num, key) => own(num, ({ entries }) => entries.get({ key })),
    entries: (num, range, limit) => own(num, (entity) => entriesOf(entity, range, limit)) ?? [],
    version: (num, key, seq) => own(num, (entity) => versionAt(entity, key, seq)),
    versions: (num, range, seq, limit) => own(num, (entity) => versionsAt(entity, range, seq, limit)) ?? [],
    history: (query) => own(query.num, (entity) => historyOf(entity, query)) ?? [],
    forks: (query) => listForks(data, query),
  } satisfies Partial<Engine>
}

function logSide(data: Data) {
  return {
    log: ({ partition, after, limit }) =>
      data.partitions[partition]?.log
        .from({ seq: after + 1 })
        .take(limit)
        .toArray() ?? [],
    heads: (): PartitionHead[] => data.partitions.map(({ seq, floor }) => ({ seq, floor })),
    // Nobody else can commit to this process's memory.
    poll: () => undefined,
  } satisfies Partial<Engine>
}

function outboxSide(data: Data) {
  return {
    claim: (request) => claimOutbox(data, request),
    renew: (claims, lease) => renewOutbox(data, claims, lease),
    outbox: (query) => listOutbox(data, query),
    tally: (tenant, now, most) => tallyOutbox(data, tenant, now, most),
    outboxRow: (id) => data.outbox.get({ row: { id } })?.row,
    nextDue: (queues) => nextDueOf(data, queues),
    idempotency(tenant, key) {
      const known = data.idempotency.get(`${tenant}\0${key}`)
      return known && { body: known.body, receipt: known.receipt }
    },
  } satisfies Partial<Engine>
}

function upkeep(data: Data) {
  return {
    adopt: (num, entries, last) => adoptEntries(data, num, entries, last),
    sweep: (request) => sweepData(data, request),
    async *verify() {
      yield* verifyData(data)
    },
    growth: (top) => growthOf(data, top),
    close() {},
  } satisfies Partial<Engine>
}

function entriesOf(entity: Entity, { from, to }: KeyRange, limit: number): EntryRow[] {
  const found: EntryRow[] = []
  for (const entry of entity.entries.from({ key: from })) {
    if (found.length >= limit || (to !== undefined && compareUtf8(entry.key, to) >= 0)) break
    found.push(entry)
  }
  return found
}

/** The revisions kept are dense, so the place of one follows from the first. */
function historyOf({ records }: Entity, query: HistoryQuery): LogRow[] {
  const { from = 0, to = Number.POSITIVE_INFINITY, before = Number.POSITIVE_INFINITY, order, limit } = query
  const first = records[0]?.revision ?? 0
  const start = Math.max(from - first, 0)
  const end = Math.max(
    Math.min(
      to - first,
      records.findLastIndex(({ at }) => at <= before),
    ) + 1,
    start,
  )
  if (order === 'oldest') return records.slice(start, Math.min(end, start + limit))
  return records.slice(Math.max(start, end - limit), end).toReversed()
}
