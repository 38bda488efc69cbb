import type { StatementSync } from 'node:sqlite'
import type { Write } from '../engine.ts'
import { CLASSES, OPS, ordinal } from '../words.ts'
import { jumpRow } from './chain.ts'
import type { Connection } from './connection.ts'
import { type Head, inherits } from './head.ts'

const IMAGE = ordinal(OPS, 'image')
const PATCH = ordinal(OPS, 'patch')
const ABSENT = ordinal(OPS, 'absent')
const STATE = ordinal(CLASSES, 'state')
const DERIVED = ordinal(CLASSES, 'derived')
const NOTHING = new Uint8Array(0)

/** A key's current row, as far as superseding it needs to know. */
interface OldEntry {
  readonly row: number
  readonly seq: number
  readonly class: number
  past: number | null
  n: number
  readonly subject: string | null
  readonly gone: number
}

const OLD = 'select rowid as row, key, seq, class, past, n, subject, segment is null as gone from entry'

/** The highest id ever given to a change, swept ones included: rows that are left may still point at those. */
export function lastChange(db: Connection): number {
  return db.get<{ id: number }>('select max(changes, coalesce((select max(id) from change), 0)) as id from head')?.id ?? 0
}

/** Writes entries and archives the versions they supersede, inside a transaction of `connection`. */
export class EntryWriter {
  readonly #connection: Connection
  readonly #old: StatementSync
  readonly #insertEntry: StatementSync
  readonly #updateEntry: StatementSync
  readonly #jump: StatementSync
  readonly #insertChange: StatementSync
  readonly #copyImage: StatementSync
  #lastChange = 0

  constructor(connection: Connection) {
    this.#connection = connection
    this.#old = connection.prepare(`${OLD} where num = ? and key = ?`)
    this.#insertEntry = connection.prepare(
      'insert into entry values (?, ?, ?, ?, ?, null, 0, ?, ?) on conflict(num, key) do nothing',
    )
    this.#updateEntry = connection.prepare(
      'update entry set seq = ?, class = ?, run = ?, past = ?, n = ?, subject = ?, segment = ? where rowid = ?',
    )
    this.#jump = connection.prepare('select jump from change where id = ?')
    this.#insertChange = connection.prepare('insert into change values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.#copyImage = connection.prepare(
      'insert into change select ?, num, key, ?, ?, ?, seq, ?, ?, subject, segment from entry where rowid = ?',
    )
  }

  /** To be called first in each transaction. */
  begin(): void {
    this.#lastChange = lastChange(this.#connection)
  }

  /** True when this changed state. */
  write(head: Head, write: Write, seq: number): boolean {
    const { key, segment, subject } = write
    const isState = write.class === 'state'
    const kind = isState ? STATE : DERIVED
    const run = segment === null ? 0 : write.run
    const insert = () => this.#insertEntry.run(head.num, key, seq, kind, run, subject, segment).changes === 1
    // What knows of no version before it is mostly the first.
    if (segment !== null && write.undo === null && insert()) return isState
    const old = this.#old.get(head.num, key) as OldEntry | undefined
    if (old === undefined) {
      if (segment !== null || inherits(head)) insert()
      return isState
    }
    const archives = old.class !== DERIVED && (old.gone === 0 || inherits(head))
    // A patch is worth keeping only if the version it applies to will itself be kept.
    if (archives) this.#archive(head.num, key, old, seq, segment !== null && isState ? write.undo : null)
    this.#updateEntry.run(seq, kind, run, old.past, old.n, subject, segment, old.row)
    return isState || archives
  }

  /** Deletes every entry of an entity that is being deleted. */
  deleteAll(head: Head, seq: number): void {
    for (const old of this.#connection.all<OldEntry & { key: string }>(`${OLD} where num = ?`, head.num)) {
      const archives = old.class !== DERIVED && (old.gone === 0 || inherits(head))
      if (archives) this.#archive(head.num, old.key, old, seq, null)
      if (archives || (old.class === DERIVED && old.past !== null)) this.#bury(old, seq)
      else if (old.class === DERIVED) this.#connection.run('delete from entry where rowid = ?', old.row)
    }
  }

  /** Appends what `old` was to its key's chain and makes `old` point at it. An image is copied inside the database. */
  #archive(num: number, key: string, old: OldEntry, until: number, undo: Uint8Array | null): void {
    const id = ++this.#lastChange
    const n = old.n + 1
    const { seq, subject, past } = old
    const jump = jumpRow(n, past, (row) => this.#jump.get(row) as { jump: number | null } | undefined)
    if (old.gone === 1) this.#insertChange.run(id, num, key, n, past, jump, seq, until, ABSENT, subject, NOTHING)
    else if (undo !== null) this.#insertChange.run(id, num, key, n, past, jump, seq, until, PATCH, subject, undo)
    else this.#copyImage.run(id, n, past, jump, until, IMAGE, old.row)
    old.past = id
    old.n = n
  }

  /** A deleted key keeps its row: its past hangs from it. */
  #bury(old: OldEntry, seq: number): void {
    const sql = 'update entry set seq = ?, run = 0, past = ?, n = ?, segment = null where rowid = ?'
    this.#connection.run(sql, seq, old.past, old.n, old.row)
  }
}
