import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { HoldfastError } from '../../core/index.ts'
import { damaged, replaced, translate, translatePrepare } from './fault.ts'
import { openDatabase, rollback } from './file.ts'

/** `full`: an acknowledged commit survives loss of power. `os`: it survives the process, not the machine. */
export type Durability = 'full' | 'os'

export interface ConnectionOptions {
  /** An absolute path: another thread and a later working directory must mean the same. */
  readonly file: string
  readonly durability: Durability
  /** Page cache of this connection in KiB. */
  readonly cacheKib: number
  /** How long to wait for another process's lock. Zero on an event loop that must not block. */
  readonly busyTimeout: number
  /** The store that must be there; nothing is created then. */
  readonly storeId?: string
}

type Value = null | number | string | Uint8Array

/** One connection with its prepared statements. Everything throws HoldfastError, but for statements run by themselves. */
export interface Connection {
  readonly db: DatabaseSync
  /** Random id given to the store at its creation. */
  readonly storeId: string
  /** Prepared once. What it throws is SQLite's own error: for use inside `transaction`, which translates. */
  prepare(sql: string): StatementSync
  run(sql: string, ...values: Value[]): number
  get<Row>(sql: string, ...values: Value[]): Row | undefined
  all<Row>(sql: string, ...values: Value[]): Row[]
  /** Runs `work` between BEGIN IMMEDIATE and COMMIT, or rolls back and throws what it threw. */
  transaction<Result>(work: () => Result): Result
  /** How long the latest COMMIT took, in milliseconds: the disk's share of a transaction. */
  readonly commitMs: number
  close(): void
}

/**
 * Opens the file, creating what is missing. A file in a folder that cannot be written to is opened as it is.
 * @throws needs_migration for a file of a newer format, or of an older one that cannot be written to; invalid for somebody else's
 * database; corrupt; not_found; unavailable.
 */
export function connect(options: ConnectionOptions): Connection {
  const { file, durability, cacheKib, busyTimeout } = options
  let db: DatabaseSync | undefined
  try {
    db = openDatabase(options)
    db.exec(`pragma synchronous = ${durability === 'full' ? 'full' : 'normal'}; pragma cache_size = -${cacheKib};
      pragma wal_autocheckpoint = 0; pragma temp_store = memory; pragma secure_delete = on;
      pragma journal_size_limit = 67108864; pragma busy_timeout = ${busyTimeout}`)
    return wrap(db, options)
  } catch (error) {
    db?.close()
    throw translate(error, file)
  }
}

function wrap(db: DatabaseSync, { file, storeId: expected }: ConnectionOptions): Connection {
  const statements = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    try {
      const statement = db.prepare(sql)
      statements.set(sql, statement)
      return statement
    } catch (error) {
      throw translatePrepare(error, file)
    }
  }
  const translated = <Result>(work: () => Result): Result => {
    try {
      return work()
    } catch (error) {
      throw translate(error, file)
    }
  }
  const storeId = prepare("select value from meta where name = 'store'").get()?.value
  if (typeof storeId !== 'string') throw new HoldfastError('corrupt', damaged(file, 'its id is missing'), { file })
  if (expected !== undefined && storeId !== expected) throw replaced(file)
  const begin = prepare('begin immediate')
  const commit = prepare('commit')
  let commitMs = 0
  return {
    db,
    storeId,
    prepare,
    get commitMs() {
      return commitMs
    },
    run: (sql, ...values) => translated(() => Number(prepare(sql).run(...values).changes)),
    get: <Row>(sql: string, ...values: Value[]) => translated(() => prepare(sql).get(...values) as Row | undefined),
    all: <Row>(sql: string, ...values: Value[]) => translated(() => prepare(sql).all(...values) as Row[]),
    transaction(work) {
      try {
        begin.run()
        const result = work()
        const started = performance.now()
        commit.run()
        commitMs = performance.now() - started
        return result
      } catch (error) {
        rollback(db)
        throw translate(error, file)
      }
    },
    close() {
      statements.clear()
      if (db.isOpen) db.close()
    },
  }
}
