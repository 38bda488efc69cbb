import { DatabaseSync } from 'node:sqlite'
import type { Damage, EntityRef, Growth } from '../engine.ts'
import { jumpTarget } from './chain.ts'
import type { Connection } from './connection.ts'
import { IS_STOP } from './custody.ts'
import { type StoredRecord, sumOf } from './rows.ts'
import { SCHEMA } from './schema.ts'

interface Check {
  readonly code: Damage['code']
  readonly sql: string
  readonly say: (row: Finding) => string
}

interface Finding {
  readonly num?: number
  readonly key?: string
  readonly seq?: number
  readonly other?: number | string
}

/** At most this many findings of one kind: enough to see the pattern, short enough to read. */
const MOST = 20

/** SQL: no record of the entity stands at this position, although all records from the floor on are kept. */
const unexplained = (row: string, column: string): string =>
  `(${row}.${column} >= entity.floor and not exists (select 1 from log where log.seq = ${row}.${column} and log.num = ${row}.num))`

const CHECKS: readonly Check[] = [
  {
    code: 'log_gap',
    sql: `select seq, seq - before as other from (select seq, lag(seq, 1, floor) over (order by seq) as before from log join head where seq > floor)
      where seq - before > 1`,
    say: (row) => `Before record ${row.seq} of the log ${Number(row.other) - 1} are missing`,
  },
  {
    code: 'entity_head',
    sql: `select entity.num, entity.revision as seq, log.revision as other from entity left join log on log.seq = entity.seq and log.num = entity.num
      where log.revision is not entity.revision or log.at is not entity.updated or entity.recent is not entity.updated / 1000`,
    say: (row) => `Entity ${row.num} stands at revision ${row.seq}, but its newest record says ${row.other ?? 'nothing'}`,
  },
  {
    code: 'entity_head',
    sql: `select entity.num, entity.created as seq, log.at as other from entity
      join (select num, max(seq) as seq from log where op = 1 group by num) as birth using (num) join log on log.seq = birth.seq
      where log.at <> entity.created`,
    say: (row) => `Entity ${row.num} says it was created at ${row.seq}, its record says ${row.other}`,
  },
  {
    code: 'entry_version',
    sql: `select entry.num, entry.key, entry.seq from entry left join entity using (num)
      where entity.num is null or entry.seq > entity.seq or entry.seq < entity.born or ${unexplained('entry', 'seq')}`,
    say: (row) => `The current version of ${row.key} (seq ${row.seq}) does not fit entity ${row.num}`,
  },
  {
    // A record names the keys whose state it changed, also by putting something derived in its place.
    code: 'entry_version',
    sql: `select entry.num, entry.key, entry.seq from entry join entity using (num) join log on log.seq = entry.seq and log.op <> 2
      where (entry.seq <> entity.born or entry.class = 1) and exists (select 1 from json_each(iif(log.keys = '', '[]', log.keys)) where value = entry.key)
      is (entry.class = 1 and not exists (select 1 from change where change.id = entry.past and change.until = entry.seq))`,
    say: (row) => `The current version of ${row.key} is not of the class its record (seq ${row.seq}) wrote`,
  },
  {
    code: 'change_span',
    sql: `select change.num, change.key, change.seq, change.until as other from change left join entity using (num)
      where change.seq >= change.until or entity.num is null or change.seq < entity.born
      or ${unexplained('change', 'seq')} or ${unexplained('change', 'until')}
      or typeof(change.prev) not in ('integer', 'null') or change.prev > (select max(changes, (select max(id) from change)) from head)`,
    say: (row) => `The version of ${row.key} at ${row.seq} ends at ${row.other}, which cannot be`,
  },
  {
    code: 'change_span',
    sql: `select entry.num, entry.key, entry.seq, change.until as other from entry join change on change.id = entry.past
      where change.num <> entry.num or change.key <> entry.key or change.until > entry.seq or change.n not in (entry.n, 0)`,
    say: (row) =>
      `The newest superseded version of ${row.key} (until ${row.other}) does not lead to the current one at ${row.seq}`,
  },
  {
    code: 'change_span',
    sql: `select newer.num, newer.key, newer.seq, older.until as other from change newer join change older on older.id = newer.prev
      where older.num <> newer.num or older.key <> newer.key or older.n not in (newer.n - 1, 0) or older.until > newer.seq`,
    say: (row) => `The superseded versions of ${row.key} do not follow each other at ${row.seq}`,
  },
  {
    code: 'change_span',
    sql: `select change.num, change.key, change.seq from change join log on log.seq = change.until and log.num = change.num
      where log.op <> 2 and not exists (select 1 from json_each(log.keys) where value = change.key)`,
    say: (row) => `A version of ${row.key} of entity ${row.num} was superseded by a record that does not name it`,
  },
  {
    code: 'term_orphan',
    sql: 'select term.num, term.name as key from term left join entity using (num) where entity.num is null or entity.deleted = 1',
    say: (row) => `Term ${row.key} belongs to entity ${row.num}, which does not live`,
  },
  {
    code: 'outbox_orphan',
    sql: 'select outbox.num, outbox.id as key from outbox left join entity using (num) where entity.num is null',
    say: (row) => `Outbox row ${row.key} belongs to entity ${row.num}, which does not exist`,
  },
]

/** The database's own check of its pages, then whether the tables agree with each other. */
export function* verify(c: Connection): Generator<Damage> {
  for (const row of c.all<{ integrity_check: string }>('pragma integrity_check(20)')) {
    if (row.integrity_check !== 'ok') yield { code: 'file', message: row.integrity_check }
  }
  yield* changedSchema(c)
  yield* changedRecords(c)
  yield* wrongJumps(c)
  for (const check of CHECKS) {
    for (const row of c.all<Finding>(`${check.sql} limit ${MOST}`)) {
      const { num, key, seq } = row
      yield { code: check.code, message: check.say(row), ...(num && { num }), ...(key && { key }), ...(seq && { seq }) }
    }
  }
}

function* changedSchema(c: Connection): Generator<Damage> {
  const read = `select name, sql from sqlite_schema where name not like 'sqlite_%' and not ${IS_STOP} order by name`
  const fresh = new DatabaseSync(':memory:')
  fresh.exec(SCHEMA)
  const wanted = JSON.stringify(fresh.prepare(read).all())
  fresh.close()
  if (JSON.stringify(c.all(read)) !== wanted)
    yield { code: 'file', message: 'The tables are not described as this format describes them' }
}

function* changedRecords(c: Connection): Generator<Damage> {
  for (let after = 0; ; ) {
    const rows = c.all<StoredRecord & { readonly sum: number }>('select * from log where seq > ? order by seq limit 500', after)
    const last = rows.at(-1)
    if (last === undefined || last.seq <= after) return
    after = last.seq
    for (const row of rows.filter((each) => sumOf(each) !== each.sum))
      yield { code: 'file', message: `Record ${row.seq} of the log has changed since it was written`, seq: row.seq }
  }
}

function* wrongJumps(c: Connection): Generator<Damage> {
  const sql = `select newer.id, newer.num, newer.key, newer.seq, newer.n, older.n as found, older.num = newer.num and older.key = newer.key as own
    from change newer join change older on older.id = newer.jump where newer.id > ? order by newer.id limit 500`
  for (let after = 0; ; ) {
    const rows = c.all<Jump>(sql, after)
    const last = rows.at(-1)
    if (last === undefined || last.id <= after) return
    after = last.id
    for (const { num, key, seq } of rows.filter((row) => isAstray(row)))
      yield { code: 'change_span', message: `The way to older versions of ${key} leads astray at ${seq}`, num, key, seq }
  }
}

function isAstray({ n, found, own }: Jump): boolean {
  return own === 0 || !(n > 0 && n < 2 ** 31) || found !== jumpTarget(n)
}

interface Jump {
  readonly id: number
  readonly num: number
  readonly key: string
  readonly seq: number
  readonly n: number
  readonly found: number
  readonly own: number
}

/** What is large and what grows. Reads every row: for an operator's question, not for a request. */
export function growth(c: Connection, top: number, bytes: number): Growth {
  const refs = (sql: string) =>
    c.all<EntityRef & { key: string; bytes: number; entries: number; changes: number }>(`${sql} limit ?`, top)
  const ref = ({ tenant, kind, id }: EntityRef): EntityRef => ({ tenant, kind, id })
  const count = (table: string): number => c.get<{ n: number }>(`select count(*) as n from ${table}`)?.n ?? 0
  return {
    entities: count('entity'),
    records: count('log'),
    bytes,
    largestEntities:
      refs(`select tenant, kind, id, sum(length(segment)) as bytes, count(*) as entries from entry join entity using (num)
      where segment is not null group by num order by bytes desc`).map((row) => ({
        entity: ref(row),
        bytes: row.bytes ?? 0,
        entries: row.entries,
      })),
    largestKeys:
      refs(`select tenant, kind, id, key, length(segment) as bytes from entry join entity using (num) where segment is not null
      order by bytes desc`).map((row) => ({ entity: ref(row), key: row.key, bytes: row.bytes })),
    busiestKeys: refs(`select tenant, kind, entity.id, key, count(*) as changes from change join entity using (num)
      group by num, key order by changes desc`).map((row) => ({ entity: ref(row), key: row.key, changes: row.changes })),
  }
}
