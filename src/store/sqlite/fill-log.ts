import type { SQLInputValue } from 'node:sqlite'
import type { LogRow } from '../engine.ts'
import { secondOf } from '../recent.ts'
import { ordinal, RECORD_OPS } from '../words.ts'
import { jumpRow } from './chain.ts'
import type { Connection } from './connection.ts'
import { type StoredRecord, sumOf } from './rows.ts'

/** What a record needs to know of its entity. */
interface Newest {
  seq: number
  revision: number
  updated: number
  /** Its first record, where it had none before these. */
  first: number | undefined
}

/** Appends records to the log, each chained to the one before of its entity, and brings their entities up to them. */
export function putRecords(c: Connection, rows: readonly LogRow[]): void {
  const insert = c.prepare('insert into log values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const known = new Map<number, Newest>()
  for (const row of rows) {
    const newest = known.get(row.num) ?? newestOf(c, row.num)
    known.set(row.num, newest)
    const record = storedOf(c, row, newest)
    insert.run(...(Object.values(record) as SQLInputValue[]), sumOf(record))
    if (newest.revision === 0) newest.first = row.seq
    newest.seq = row.seq
    newest.revision = row.revision
    newest.updated = row.at
  }
  for (const [num, newest] of known) save(c, num, newest)
}

function newestOf(c: Connection, num: number): Newest {
  const row = c.get<Newest>('select seq, revision, updated from entity where num = ?', num)
  return { seq: row?.seq ?? 0, revision: row?.revision ?? 0, updated: row?.updated ?? 0, first: undefined }
}

function storedOf(c: Connection, row: LogRow, newest: Newest): StoredRecord {
  const jump = jumpRow(row.revision, newest.seq, (seq) => c.get<{ jump: number }>('select jump from log where seq = ?', seq))
  const { seq, commit, num, revision, at, actor, cause, source, trust, store, event, keys } = row
  return {
    ...{ seq, commit, last: row.last ? 1 : 0, num, revision, prev: newest.seq, jump: jump ?? 0 },
    ...{ op: ordinal(RECORD_OPS, row.op), at, actor, cause, source, trust, store, event },
    keys: keys.length === 0 ? '' : JSON.stringify(keys),
  }
}

function save(c: Connection, num: number, { seq, revision, updated, first }: Newest): void {
  const values = [seq, revision, updated, secondOf(updated)]
  c.run('update entity set seq = ?, revision = ?, updated = ?, recent = ? where num = ?', ...values, num)
  if (first !== undefined) c.run('update entity set born = ?, floor = ? where num = ?', first, first, num)
}
