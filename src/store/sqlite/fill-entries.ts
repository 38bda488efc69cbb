import type { ChangeRow, EntryRow, Piece } from '../engine.ts'
import { CLASSES, OPS, ordinal } from '../words.ts'
import { jumpRow } from './chain.ts'
import type { Connection } from './connection.ts'
import { lastChange } from './entry-write.ts'

/** The row of a key, from which its past hangs. */
interface Holder {
  readonly row: number
  readonly key: string
  past: number | null
  n: number
}

/** Appends superseded versions to the chains of their keys. */
export function putChanges(c: Connection, { num, rows }: Piece & { put: 'changes' }): void {
  let id = lastChange(c)
  for (const [key, versions] of Map.groupBy(rows, (row) => row.key)) {
    const holder = holderOf(c, num, key) ?? makeHolder(c, num, versions.at(-1))
    const until = untilOf(c, holder)
    for (const version of versions) if (version.until > until) append(c, num, holder, version, ++id)
    c.run('update entry set past = ?, n = ? where rowid = ?', holder.past, holder.n, holder.row)
  }
}

function holderOf(c: Connection, num: number, key: string): Holder | undefined {
  return c.get<Holder>('select rowid as row, key, past, n from entry where num = ? and key = ?', num, key)
}

/** A key that has a past and, as far as is known yet, no present. */
function makeHolder(c: Connection, num: number, version: ChangeRow | undefined): Holder {
  const { key = '', until = 0 } = version ?? {}
  const sql = 'insert into entry values (?, ?, ?, 0, 0, null, 0, null, null) returning rowid as row'
  return { row: c.get<{ row: number }>(sql, num, key, until)?.row ?? 0, key, past: null, n: 0 }
}

/** Where what a key has of its past ends. */
function untilOf(c: Connection, { past }: Holder): number {
  return past === null ? 0 : (c.get<{ until: number }>('select until from change where id = ?', past)?.until ?? 0)
}

function append(c: Connection, num: number, holder: Holder, version: ChangeRow, id: number): void {
  const { key, seq, until, op, subject, segment } = version
  const n = holder.n + 1
  const jump = jumpRow(n, holder.past, (row) => c.get<{ jump: number | null }>('select jump from change where id = ?', row))
  c.run(
    'insert into change values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ...[id, num, key, n, holder.past, jump],
    ...[seq, until, ordinal(OPS, op), subject, segment],
  )
  holder.past = id
  holder.n = n
}

/** Makes the current entries of a range those given. A key that has none now keeps its row while it has a past. */
export function putEntries(c: Connection, { num, from, to, rows }: Piece & { put: 'entries' }): void {
  const range = to === undefined ? 'key >= ?' : 'key >= ? and key < ?'
  const bounds = to === undefined ? [from] : [from, to]
  const sql = `select rowid as row, key, past, n from entry where num = ? and ${range}`
  const holders = new Map(c.all<Holder>(sql, num, ...bounds).map((holder) => [holder.key, holder]))
  for (const entry of rows) {
    putEntry(c, num, entry, holders.get(entry.key))
    holders.delete(entry.key)
  }
  for (const holder of holders.values()) {
    if (holder.past === null) c.run('delete from entry where rowid = ?', holder.row)
    else bury(c, holder)
  }
}

function putEntry(c: Connection, num: number, entry: EntryRow, holder: Holder | undefined): void {
  const { key, seq, run, subject, segment } = entry
  const kind = ordinal(CLASSES, entry.class)
  if (holder === undefined) {
    c.run('insert into entry values (?, ?, ?, ?, ?, null, 0, ?, ?)', num, key, seq, kind, run, subject, segment)
    return
  }
  const sql = 'update entry set seq = ?, class = ?, run = ?, subject = ?, segment = ? where rowid = ?'
  c.run(sql, seq, kind, run, subject, segment, holder.row)
}

function bury(c: Connection, holder: Holder): void {
  const sql = 'update entry set seq = ?, class = 0, run = 0, subject = null, segment = null where rowid = ?'
  c.run(sql, untilOf(c, holder), holder.row)
}
