import { DatabaseSync } from 'node:sqlite'
import type { Durability } from '../../src/store/index.ts'

/** The least a program can do with node:sqlite to keep one value: an upsert of one row, each a transaction of its own. */
export interface OneRow {
  put(value: string): void
  close(): void
}

export function openOneRow(file: string, durability: Durability): OneRow {
  const db = new DatabaseSync(file)
  db.exec(`pragma journal_mode = wal; pragma synchronous = ${durability === 'full' ? 'full' : 'normal'}`)
  db.exec('create table entry(key text not null, value blob not null); create unique index entry_key on entry(key)')
  const upsert = db.prepare('insert into entry values (?, ?) on conflict(key) do update set value = excluded.value')
  return { put: (value) => upsert.run('one', value), close: () => db.close() }
}
