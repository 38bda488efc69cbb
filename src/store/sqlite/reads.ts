import { afterPrefix } from '../../core/index.ts'
import type {
  Chain,
  EntityQuery,
  EntityRow,
  EntryRow,
  HistoryQuery,
  KeyRange,
  LogQuery,
  LogRow,
  PartitionHead,
  TermQuery,
  VersionRow,
} from '../engine.ts'
import { secondOf } from '../recent.ts'
import { CLASSES, OPS, ordinal, TOP } from '../words.ts'
import { type ChainNode, type ReadNode, seekNewest, seekNumber, walkBack } from './chain.ts'
import type { Connection } from './connection.ts'
import {
  checked,
  checkedKey,
  type ReadRecord,
  type StoredEntity,
  type StoredEntry,
  type StoredVersion,
  toEntity,
  toEntry,
  toRecord,
} from './rows.ts'

type Found = EntityRow & { readonly value: string }

const ENTRY = 'select key, seq, class, run, subject, segment from entry'
/** A deleted key matters to readers only where a fork hides its origin's. */
const VISIBLE =
  '(segment is not null or exists (select 1 from entity where entity.num = ?1 and origin is not null and origin_until is null))'
const RECORD = 'select *, revision as n from log'
const PATCH = ordinal(OPS, 'patch')
const STATE = ordinal(CLASSES, 'state')
/** Patches are followed this many at a time. */
const PAGE = 32

/** Everything of the port that only reads. */
export function createReads(c: Connection) {
  return {
    entity(tenant: string, kind: string, id: string): EntityRow | undefined {
      const row = c.get<StoredEntity>('select * from entity where tenant = ? and kind = ? and id = ?', tenant, kind, id)
      return row && toEntity(row)
    },
    entityByNum(num: number): EntityRow | undefined {
      const row = c.get<StoredEntity>('select * from entity where num = ?', num)
      return row && toEntity(row)
    },
    entities: (query: EntityQuery): EntityRow[] => entities(c, query),
    expired(now: number, limit: number): EntityRow[] {
      return c
        .all<StoredEntity>('select * from entity where expires <= ? order by expires, num limit ?', now, limit)
        .map(toEntity)
    },
    find: (query: TermQuery): Found[] => find(c, query),
    count: (tenant: string, kind: string, most: number): number =>
      c.get<{ n: number }>(
        'select count(*) as n from (select 1 from entity where tenant = ? and kind = ? and deleted = 0 limit ?)',
        tenant,
        kind,
        most,
      )?.n ?? 0,
    terms: (num: number) =>
      c.all<{ name: string; value: string }>('select name, value from term where num = ? order by name, value', num),
    entry(num: number, key: string): EntryRow | undefined {
      const row = c.get<StoredEntry>(`${ENTRY} where num = ?1 and key = ?2 and ${VISIBLE}`, num, key)
      return row && toEntry(row)
    },
    entries(num: number, range: KeyRange, limit: number): EntryRow[] {
      const sql = `${ENTRY} where num = ?1 and key >= ?2 and key < ?3 and ${VISIBLE} order by key limit ?4`
      return c.all<StoredEntry>(sql, num, range.from, range.to ?? TOP, limit).map(toEntry)
    },
    version: (num: number, key: string, seq: number): Chain | undefined => version(c, num, key, seq),
    versions: (num: number, range: KeyRange, seq: number, limit: number): Chain[] => versions(c, num, range, seq, limit),
    log(query: LogQuery): LogRow[] {
      const rows = c.all<ReadRecord>(`${RECORD} where seq > ? order by seq limit ?`, query.after, query.limit)
      return rows.map((row) => toRecord(checked(row)))
    },
    history: (query: HistoryQuery): LogRow[] => history(c, query).map(toRecord),
    heads: (): PartitionHead[] => [
      {
        seq: c.get<{ seq: number | null }>('select max(seq) as seq from log')?.seq ?? 0,
        floor: c.get<{ floor: number }>('select floor from head')?.floor ?? 0,
      },
    ],
    idempotency: (tenant: string, key: string) =>
      c.get<{ body: string; receipt: Uint8Array }>(
        'select body, receipt from idempotency where tenant = ? and key = ?',
        tenant,
        key,
      ),
    forks: (query: { num?: number; createdBefore?: number; limit: number }): EntityRow[] =>
      c
        .all<StoredEntity>(
          `select * from entity where origin is not null and (?1 is null or origin = ?1) and created < ?2 order by num limit ?3`,
          query.num ?? null,
          query.createdBefore ?? Number.MAX_SAFE_INTEGER,
          query.limit,
        )
        .map(toEntity),
  }
}

function entities(c: Connection, query: EntityQuery): EntityRow[] {
  const where = ['tenant = ?']
  const values: (string | number)[] = [query.tenant]
  const also = (condition: string, ...more: (string | number)[]): void => {
    where.push(condition)
    values.push(...more)
  }
  if (query.kind !== undefined) also('kind = ?', query.kind)
  if (query.root !== undefined) also('root = ?', query.root)
  if (query.deleted !== undefined) also('deleted = ?', query.deleted ? 1 : 0)
  if (query.prefix !== undefined) also('id >= ? and id < ?', query.prefix, afterPrefix(query.prefix) ?? TOP)
  if (query.updatedFrom !== undefined) also('recent >= ? and updated >= ?', secondOf(query.updatedFrom), query.updatedFrom)
  if (query.updatedTo !== undefined) also('recent <= ? and updated < ?', secondOf(query.updatedTo), query.updatedTo)
  const { after } = query
  if (after && query.order === 'id') also('(kind, id) > (?, ?)', after.kind, after.id)
  if (after && query.order === 'updated') also('(recent, num) < (?, ?)', secondOf(after.updated), after.num)
  const order = query.order === 'id' ? 'kind, id' : 'recent desc, num desc'
  return c
    .all<StoredEntity>(`select * from entity where ${where.join(' and ')} order by ${order} limit ?`, ...values, query.limit)
    .map(toEntity)
}

function find(c: Connection, query: TermQuery): Found[] {
  const { tenant, kind, name, after, limit } = query
  const from = typeof query.value === 'string' ? query.value : query.value.from
  const to = typeof query.value === 'string' ? undefined : (query.value.to ?? TOP)
  const bound = to === undefined ? 'value = ?' : 'value >= ? and value < ?'
  const start = after ? 'and (value, term.num) > (?, ?)' : ''
  const sql = `select term.value, entity.* from term join entity on entity.num = term.num
    where term.tenant = ? and term.kind = ? and term.name = ? and ${bound} ${start} order by value, term.num limit ?`
  const values = [tenant, kind, name, from, ...(to === undefined ? [] : [to]), ...(after ? [after.value, after.num] : []), limit]
  return c.all<StoredEntity & { value: string }>(sql, ...values).map((row) => ({ ...toEntity(row), value: row.value }))
}

type RecordNode = ChainNode & { readonly seq: number; readonly at: number }

function history(c: Connection, query: HistoryQuery): ReadRecord[] {
  const { num, to = Number.MAX_SAFE_INTEGER, order, limit, before } = query
  const node = (seq: number) => c.get<RecordNode>('select revision as n, prev, jump, seq, at from log where seq = ?', seq)
  const read = (seq: number) => {
    const row = c.get<ReadRecord>(`${RECORD} where seq = ?`, seq)
    return row && checked(row)
  }
  const head = c.get<{ seq: number; floor: number }>('select seq, floor from entity where num = ?', num)
  const from = Math.max(query.from ?? 1, (head && node(head.floor)?.n) ?? 1)
  const last = order === 'oldest' ? Math.min(to, from + limit - 1) : to
  const newest = seekNumber(head && node(head.seq), last, node)
  const first = before === undefined ? newest : seekNewest(newest, (record) => record.at <= before, node)
  const start = first && read(first.seq)
  const found: ReadRecord[] = []
  for (const record of walkBack(start, read)) {
    if (record.revision < from || found.length === limit) break
    found.push(record)
  }
  return order === 'oldest' ? found.reverse() : found
}

function version(c: Connection, num: number, key: string, seq: number): Chain | undefined {
  const row = c.get<CurrentRow>(
    'select key, seq, class, past, n, subject, segment from entry where num = ? and key = ?',
    num,
    key,
  )
  return row && versionOf(c, row, seq)
}

type CurrentRow = Omit<StoredEntry, 'run'> & { readonly past: number | null; readonly n: number }

function versionOf(c: Connection, row: CurrentRow, seq: number): Chain | undefined {
  const key = checkedKey(row.key)
  // Of a derived entry only the state it superseded counts.
  if (row.class === STATE && row.seq <= seq) return { key, subject: row.subject, versions: [currentVersion(row)] }
  const read = (id: number) =>
    c.get<StoredVersion>('select n, prev, jump, seq, until, op, subject, segment from change where id = ?', id)
  const newest = row.past === null ? undefined : read(row.past)
  const found = seekNewest(newest, (node) => node.seq <= seq, read)
  if (found === undefined) return undefined
  if (found.until <= seq)
    return { key, subject: found.subject, versions: [{ seq: found.until, op: 'absent', segment: new Uint8Array(0) }] }
  const versions = [toVersion(found)]
  for (let last = found; last.op === PATCH; ) {
    const page = followers(newest, last, read)
    versions.push(...page.map(toVersion))
    const end = page.at(-1)
    if (end !== undefined && (end.op !== PATCH || end.n < row.n)) last = end
    else {
      versions.push(currentVersion(row))
      break
    }
  }
  return { key, subject: found.subject, versions }
}

/** The versions after `found`, oldest first, up to the first that stands on its own; at most a page of them. */
function followers(newest: StoredVersion | undefined, found: StoredVersion, read: ReadNode<StoredVersion>): StoredVersion[] {
  const page: StoredVersion[] = []
  for (const node of walkBack(seekNumber(newest, found.n + PAGE, read), read)) {
    if (node.n <= found.n) break
    page.push(node)
  }
  page.reverse()
  const whole = page.findIndex((node) => node.op !== PATCH)
  return whole === -1 ? page : page.slice(0, whole + 1)
}

function currentVersion(row: Pick<StoredEntry, 'seq' | 'segment'>): VersionRow {
  if (row.segment === null) return { seq: row.seq, op: 'absent', segment: new Uint8Array(0) }
  return { seq: row.seq, op: 'image', segment: row.segment }
}

function toVersion(row: StoredVersion): VersionRow {
  return { seq: row.seq, op: OPS[row.op] ?? 'image', segment: row.segment }
}

/** Deleted keys keep a row, so the keys of today are all the keys there ever were. */
function versions(c: Connection, num: number, range: KeyRange, seq: number, limit: number): Chain[] {
  const found: Chain[] = []
  const sql =
    'select key, seq, class, past, n, subject, segment from entry where num = ? and key >= ? and key < ? order by key limit 256'
  for (let from = range.from; ; ) {
    const rows = c.all<CurrentRow>(sql, num, from, range.to ?? TOP)
    for (const row of rows) {
      const chain = versionOf(c, row, seq)
      if (chain !== undefined && found.push(chain) === limit) return found
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < 256) return found
    from = `${last.key}\u0001`
  }
}
