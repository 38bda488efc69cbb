import type { Damage, EntityRef, Growth } from '../engine.ts'
import { TABLE_NAMES } from './schema.ts'
import type { Tables } from './tables.ts'

interface Finding {
  readonly num: number | null
  readonly key: string | null
  readonly seq: number | null
  readonly other: number | null
}

interface Check {
  readonly code: Damage['code']
  /** Columns `num`, `key`, `seq` and `other`, as far as there are any. */
  readonly sql: (schema: string) => string
  readonly say: (row: Finding) => string
}

/** At most this many findings of one kind: enough to see the pattern, short enough to read. */
const MOST = 20

/** SQL: no record of the entity stands at this position, although all records from the floor on are kept. */
const unexplained = (schema: string, row: string, column: string): string =>
  `(${row}.${column} >= entity.floor and not exists (select 1 from ${schema}.log
    where log.part = ${row}.part and log.seq = ${row}.${column} and log.num = ${row}.num))`

const CHECKS: readonly Check[] = [
  {
    code: 'log_gap',
    sql: (
      s,
    ) => `select seq, seq - before - 1 as other from (select log.seq, lag(log.seq, 1, counter.floor) over (partition by log.part order by log.seq) as before
      from ${s}.log join ${s}.counter using (part) where log.seq > counter.floor) as row where seq - before > 1`,
    say: (row) => `Before record ${row.seq} of the log ${row.other} are missing`,
  },
  {
    code: 'log_head',
    sql: (
      s,
    ) => `select counter.seq, greatest(max(log.seq), counter.floor) as other from ${s}.counter left join ${s}.log using (part) group by part, counter.seq, counter.floor
      having counter.seq <> coalesce(greatest(max(log.seq), counter.floor), 0)`,
    say: (row) => `The counter stands at ${row.seq}, the newest record at ${row.other ?? 0}`,
  },
  {
    code: 'entity_head',
    sql: (s) => `select entity.num, entity.revision as seq, log.revision as other from ${s}.entity left join ${s}.log
      on log.part = entity.part and log.seq = entity.seq and log.num = entity.num
      where log.revision is distinct from entity.revision or log.at is distinct from entity.updated or entity.recent <> floor(entity.updated / 1000.0)
      or entity.num % (select count(*) from ${s}.counter) <> entity.part`,
    say: (row) => `Entity ${row.num} stands at revision ${row.seq}, but its newest record says ${row.other ?? 'nothing'}`,
  },
  {
    code: 'entry_version',
    sql: (s) => `select entry.num, entry.key, entry.seq from ${s}.entry left join ${s}.entity using (part, num)
      where entity.num is null or entry.seq > entity.seq or entry.seq < entity.born or ${unexplained(s, 'entry', 'seq')}`,
    say: (row) => `The current version of ${row.key} (seq ${row.seq}) does not fit entity ${row.num}`,
  },
  {
    code: 'change_span',
    sql: (
      s,
    ) => `select change.num, change.key, change.seq, change.until as other from ${s}.change left join ${s}.entity using (part, num)
      where change.seq >= change.until or entity.num is null or change.seq < entity.born or change.until > entity.seq
      or ${unexplained(s, 'change', 'seq')} or ${unexplained(s, 'change', 'until')}`,
    say: (row) => `The version of ${row.key} at ${row.seq} ends at ${row.other}, which cannot be`,
  },
  {
    code: 'change_span',
    sql: (s) => `select num, key, seq, until as other from (select num, key, seq, until, op,
      lead(seq) over (partition by part, num, key order by seq) as next from ${s}.change) as row
      where until > next or (op = 1 and until <> next)`,
    say: (row) => `The superseded versions of ${row.key} do not follow each other at ${row.seq}`,
  },
  {
    code: 'term_orphan',
    sql: (s) =>
      `select term.num, term.name as key from ${s}.term left join ${s}.entity using (part, num) where entity.num is null or entity.deleted`,
    say: (row) => `Term ${row.key} belongs to entity ${row.num}, which does not live`,
  },
  {
    code: 'outbox_orphan',
    sql: (s) => `select outbox.num, outbox.id as key from ${s}.outbox left join ${s}.entity
      on entity.part = outbox.num % (select count(*) from ${s}.counter) and entity.num = outbox.num where entity.num is null`,
    say: (row) => `Outbox row ${row.key} belongs to entity ${row.num}, which does not exist`,
  },
]

/** Whether the tables agree with each other. Its own files a PostgreSQL checks itself, where it was made with checksums. */
export async function* verify({ db, schema }: Tables): AsyncGenerator<Damage> {
  for (const check of CHECKS) {
    for (const row of await db.query<Finding>(`${check.sql(schema)} limit ${MOST}`)) {
      const { num, key, seq } = row
      yield { code: check.code, message: check.say(row), ...(num && { num }), ...(key && { key }), ...(seq && { seq }) }
    }
  }
}

type Measured = EntityRef & { key: string; bytes: number; entries: number; changes: number }

/** What is large and what grows. Reads every row: for an operator's question, not for a request. */
export async function growth({ db, schema }: Tables, top: number): Promise<Growth> {
  const count = (table: string): string => `(select count(*) from ${schema}.${table})`
  const sizes = TABLE_NAMES.map((table) => `pg_total_relation_size('${schema}.${table}')`)
  const [sums] = await db.query<Pick<Growth, 'entities' | 'records' | 'bytes'>>(
    `select ${count('entity')} as entities, ${count('log')} as records, ${sizes.join(' + ')} as bytes`,
  )
  const measure = (sql: string): Promise<Measured[]> => db.query(`${sql} limit $1`, [top])
  const ref = ({ tenant, kind, id }: EntityRef): EntityRef => ({ tenant, kind, id })
  const entities = await measure(`select tenant, kind, id, sum(length(segment)) as bytes, count(*) as entries from ${schema}.entry
    join ${schema}.entity using (part, num) where segment is not null group by part, num, tenant, kind, id order by bytes desc`)
  const keys = await measure(`select tenant, kind, id, key, length(segment) as bytes from ${schema}.entry
    join ${schema}.entity using (part, num) where segment is not null order by bytes desc`)
  const busy = await measure(`select tenant, kind, entity.id, key, count(*) as changes from ${schema}.change
    join ${schema}.entity using (part, num) group by part, num, key, tenant, kind, entity.id order by changes desc`)
  return {
    ...{ entities: sums?.entities ?? 0, records: sums?.records ?? 0, bytes: sums?.bytes ?? 0 },
    largestEntities: entities.map((row) => ({ entity: ref(row), bytes: row.bytes, entries: row.entries })),
    largestKeys: keys.map((row) => ({ entity: ref(row), key: row.key, bytes: row.bytes })),
    busiestKeys: busy.map((row) => ({ entity: ref(row), key: row.key, changes: row.changes })),
  }
}
