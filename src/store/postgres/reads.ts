import { afterPrefix } from '../../core/index.ts'
import type {
  EntityQuery,
  EntityRef,
  EntityRow,
  EntryRow,
  HistoryQuery,
  KeyRange,
  LogQuery,
  LogRow,
  PartitionHead,
  TermQuery,
} from '../engine.ts'
import { hashOf, partitionOf } from '../partition.ts'
import { secondOf } from '../recent.ts'
import { TOP } from '../words.ts'
import { type StoredEntity, type StoredEntry, type StoredRecord, toEntity, toEntry, toRecord } from './rows.ts'
import { everyPart, lookingUp, partOf, storable, type Tables, Values } from './tables.ts'
import { version, versions } from './versions.ts'

type Found = EntityRow & { readonly value: string }

/** The columns of an entity as `toEntity` takes it. */
export const ENTITY =
  'num, tenant, kind, id, root, origin, origin_seq, origin_until, revision, seq, born, floor, deleted, schema, created, updated, expires'
const RECORD = 'seq, "commit", last, num, revision, op, at, actor, cause, source, trust, store, event, keys'
const ENTRY = 'key, seq, class, run, subject, segment'

/** Everything of the port that only reads. */
export function createReads(tables: Tables) {
  const t = { ...tables, db: lookingUp(tables.db) }
  const { db, schema, partitions } = t
  return {
    async entity(ref: EntityRef): Promise<EntityRow | undefined> {
      const sql = `select ${ENTITY} from ${schema}.entity where part = $1 and tenant = $2 and kind = $3 and id = $4`
      const [row] = await db.query<StoredEntity>(sql, [partitionOf(ref, partitions), ref.tenant, ref.kind, ref.id])
      return row && toEntity(row)
    },
    async entityByNum(num: number): Promise<EntityRow | undefined> {
      const sql = `select ${ENTITY} from ${schema}.entity where part = $1 and num = $2`
      const [row] = await db.query<StoredEntity>(sql, [partOf(t, num), num])
      return row && toEntity(row)
    },
    entities: (query: EntityQuery) => entities(t, query),
    async expired(now: number, limit: number): Promise<EntityRow[]> {
      const sql = `select row.* from ${everyPart(t)} cross join lateral (select ${ENTITY} from ${schema}.entity
        where entity.part = part.part and expires <= $1 order by expires, num limit $2) as row order by expires, num limit $2`
      return (await db.query<StoredEntity>(sql, [now, limit])).map(toEntity)
    },
    find: (query: TermQuery) => find(t, query),
    async count(tenant: string, kind: string, most: number): Promise<number> {
      const sql = `select count(*) as n from (select 1 from ${everyPart(t)} cross join lateral (select from ${schema}.entity
        where entity.part = part.part and tenant = $1 and kind = $2 and not deleted limit $3) as own limit $3) as row`
      const [row] = await db.query<{ n: number }>(sql, [tenant, kind, most])
      return row?.n ?? 0
    },
    terms: (num: number) =>
      db.query<{ name: string; value: string }>(
        `select name, value from ${schema}.term where part = $1 and num = $2 order by name, value`,
        [partOf(t, num), num],
      ),
    async entry(num: number, key: string): Promise<EntryRow | undefined> {
      const sql = `select ${ENTRY} from ${schema}.entry where part = $1 and num = $2 and key = $3`
      const [row] = await db.query<StoredEntry>(sql, [partOf(t, num), num, key])
      return row && toEntry(row)
    },
    async entries(num: number, { from, to = TOP }: KeyRange, limit: number): Promise<EntryRow[]> {
      const sql = `select ${ENTRY} from ${schema}.entry where part = $1 and num = $2 and key >= $3 and key < $4 order by key limit $5`
      return (await db.query<StoredEntry>(sql, [partOf(t, num), num, from, to, limit])).map(toEntry)
    },
    version: (num: number, key: string, seq: number) => version(t, num, key, seq),
    versions: (num: number, range: KeyRange, seq: number, limit: number) => versions(t, num, range, seq, limit),
    async log({ partition, after, limit }: LogQuery): Promise<LogRow[]> {
      const sql = `select ${RECORD} from ${schema}.log where part = $1 and seq > $2 order by seq limit $3`
      return (await db.query<StoredRecord>(sql, [partition, after, limit])).map(toRecord)
    },
    history: (query: HistoryQuery) => history(t, query),
    heads: () => db.query<PartitionHead>(`select seq, floor from ${schema}.counter order by part`),
    async idempotency(tenant: string, key: string): Promise<{ body: string; receipt: Uint8Array } | undefined> {
      const sql = `select body, receipt from ${schema}.idempotency where part = $1 and tenant = $2 and key = $3`
      const part = hashOf(`${tenant}\0${key}`, partitions)
      return (await db.query<{ body: string; receipt: Uint8Array }>(sql, [part, tenant, key]))[0]
    },
    async forks({ num, createdBefore, limit }: { num?: number; createdBefore?: number; limit: number }): Promise<EntityRow[]> {
      const sql = `select row.* from ${everyPart(t)} cross join lateral (select ${ENTITY} from ${schema}.entity
        where entity.part = part.part and origin is not null and ($1::bigint is null or origin = $1) and created < $2 order by num limit $3) as row
        order by num limit $3`
      return (await db.query<StoredEntity>(sql, [num ?? null, createdBefore ?? Number.MAX_SAFE_INTEGER, limit])).map(toEntity)
    },
  }
}

async function entities(t: Tables, query: EntityQuery): Promise<EntityRow[]> {
  const values = new Values(query.tenant)
  const where = ['entity.part = part.part', 'tenant = $1']
  if (query.kind !== undefined) where.push(`kind = ${values.add(query.kind)}`)
  if (query.root !== undefined) where.push(`root = ${values.add(query.root)}`)
  if (query.deleted !== undefined) where.push(query.deleted ? 'deleted' : 'not deleted')
  if (query.prefix !== undefined)
    where.push(`id >= ${values.add(query.prefix)} and id < ${values.add(afterPrefix(query.prefix) ?? TOP)}`)
  const { updatedFrom, updatedTo, after, order, limit } = query
  if (updatedFrom !== undefined)
    where.push(`recent >= ${values.add(secondOf(updatedFrom))} and updated >= ${values.add(updatedFrom)}`)
  if (updatedTo !== undefined) where.push(`recent <= ${values.add(secondOf(updatedTo))} and updated < ${values.add(updatedTo)}`)
  if (after && order === 'id') where.push(`(kind, id) > (${values.add(after.kind)}, ${values.add(storable(after.id))})`)
  if (after && order === 'updated')
    where.push(`(recent, num) < (${values.add(secondOf(after.updated))}, ${values.add(after.num)})`)
  const by = order === 'id' ? 'kind, id' : 'recent desc, num desc'
  const most = values.add(limit)
  const sql = `select row.* from ${everyPart(t)} cross join lateral (select ${ENTITY}, recent from ${t.schema}.entity
    where ${where.join(' and ')} order by ${by} limit ${most}) as row order by ${by} limit ${most}`
  return (await t.db.query<StoredEntity>(sql, values.list)).map(toEntity)
}

async function find(t: Tables, { tenant, kind, name, value, after, limit }: TermQuery): Promise<Found[]> {
  const values = new Values(tenant, kind, name, limit)
  const bound =
    typeof value === 'string'
      ? `value = ${values.add(value)}`
      : `value >= ${values.add(value.from)} and value < ${values.add(value.to ?? TOP)}`
  const start = after ? `and (value, num) > (${values.add(after.value)}, ${values.add(after.num)})` : ''
  const columns = ENTITY.split(', ').map((column) => `entity.${column}`)
  const sql = `select found.value, ${columns.join(', ')} from ${everyPart(t)} cross join lateral (select term.part, value, num from ${t.schema}.term
    where term.part = part.part and tenant = $1 and kind = $2 and name = $3 and ${bound} ${start} order by value, num limit $4) as found
    join ${t.schema}.entity on entity.part = found.part and entity.num = found.num order by found.value, found.num limit $4`
  return (await t.db.query<StoredEntity & { value: string }>(sql, values.list)).map((row) => ({
    ...toEntity(row),
    value: row.value,
  }))
}

async function history(t: Tables, query: HistoryQuery): Promise<LogRow[]> {
  const { num, from = 0, to = Number.MAX_SAFE_INTEGER, order, limit, before } = query
  const values = new Values(partOf(t, num), num, from, to, limit)
  const until = before === undefined ? '' : `and at <= ${values.add(before)}`
  const sql = `select ${RECORD} from ${t.schema}.log where part = $1 and num = $2 and revision between $3 and $4 ${until}
    order by revision ${order === 'oldest' ? 'asc' : 'desc'} limit $5`
  return (await t.db.query<StoredRecord>(sql, values.list)).map(toRecord)
}
