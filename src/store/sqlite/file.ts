import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { HoldfastError, randomId } from '../../core/index.ts'
import { damaged, isBusy, readOnly, replaced, translate, translatePrepare } from './fault.ts'
import { formatOf, isOlder, migrate } from './migration.ts'
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts'

const SMALLEST_BYTES = 512
/** How long others may be creating the same file. */
const CREATE_MS = 5000

interface OpenFileOptions {
  readonly file: string
  readonly busyTimeout: number
  readonly storeId?: string
}

/** Opens a database file of ours, creating it unless the store is named that must be there. Throws what SQLite throws, too. */
export function openDatabase({ file, busyTimeout, storeId }: OpenFileOptions): DatabaseSync {
  if (storeId !== undefined && !existsSync(file)) throw replaced(file)
  refuseScrap(file)
  const options = { timeout: Math.max(busyTimeout, 2000) }
  const frozen = isFrozen(file)
  const db = new DatabaseSync(frozen ? frozenUrl(file) : file, options)
  try {
    prepareFile(db, file, frozen)
    return db
  } catch (error) {
    db.close()
    throw translatePrepare(error, file)
  }
}

/** SQLite takes a file that is shorter than any database for an empty one, and would write over it. */
function refuseScrap(file: string): void {
  const size = sizeOf(file)
  if (size > 0 && size < SMALLEST_BYTES) throw new HoldfastError('corrupt', damaged(file, `it has ${size} bytes`), { file })
}

/**
 * SQLite notices whole pages that are missing, and takes a last one that is cut short for a whole one. With a log it may be
 * short, since the log repairs it. The file is not read here: closing it would take the locks of this process away
 * (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
 */
function refuseCut(db: DatabaseSync, file: string): void {
  const page = Number(db.prepare('pragma page_size').get()?.page_size)
  const isCut = (): boolean => sizeOf(file) % page !== 0
  // Looked at again, because others may have brought the log into the file in between.
  if (!isCut() || sizeOf(`${file}-wal`) > 0 || !isCut()) return
  throw new HoldfastError('corrupt', damaged(file, `its ${sizeOf(file)} bytes end inside a page of ${page}`), { file })
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

/** Undoes what a failed transaction has done; some failures have undone it already. */
export function rollback(db: DatabaseSync): void {
  try {
    if (db.isTransaction) db.exec('rollback')
  } catch {
    // The error that led here says more.
  }
}

/** What tells a file from another one at the same path. */
export function identityOf(file: string): string | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev}:${found.ino}`
}

/**
 * SQLite needs files of its own beside a database with a write-ahead log, even to read it. Where it can make none, nobody
 * writes, and the file may be read as it is (https://www.sqlite.org/wal.html#readonly).
 */
function isFrozen(file: string): boolean {
  if (!existsSync(file) || isWritable(dirname(file)) || existsSync(`${file}-shm`)) return false
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false })
  if (log !== undefined && log.size > 0) {
    const message = `${readOnly(file)}. It was not closed: what its ${file}-wal holds can only be read where both can be written`
    throw new HoldfastError('unavailable', message, { reason: 'read_only' })
  }
  return true
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function frozenUrl(file: string): URL {
  const url = pathToFileURL(file)
  url.search = 'immutable=1'
  return url
}

function prepareFile(db: DatabaseSync, file: string, frozen: boolean): void {
  const found = inTransaction(db, 'deferred', () => formatOf(db))
  refuseCut(db, file)
  if (found.version > SCHEMA_VERSION && found.application === APPLICATION_ID) {
    const message = `${file} was written by a newer Holdfast (format ${found.version}, this one knows ${SCHEMA_VERSION}). Upgrade Holdfast; the file was not touched`
    throw new HoldfastError('needs_migration', message, { stored: String(found.version), supported: String(SCHEMA_VERSION) })
  }
  if (isOlder(found)) {
    if (found.version < 1) throw new HoldfastError('corrupt', damaged(file, `its format is ${found.version}`), { file })
    if (frozen) throw tooOld(file, found.version)
    inTransaction(db, 'immediate', () => migrate(db))
  }
  if (found.application === APPLICATION_ID) return
  if (found.application !== 0 || found.tables > 0) {
    throw new HoldfastError('invalid', `${file} is a SQLite database of another program; name another file`, { path: file })
  }
  patiently(() => create(db))
}

function tooOld(file: string, version: number): HoldfastError<'needs_migration'> {
  const message = `${file} was written by an older Holdfast (format ${version}, this one reads ${SCHEMA_VERSION}) and cannot be written to. Open it once where it can`
  return new HoldfastError('needs_migration', message, { stored: String(version), supported: String(SCHEMA_VERSION) })
}

/** Several processes may create the same file at once: the lock decides, the others find it done. */
function create(db: DatabaseSync): void {
  db.exec('pragma auto_vacuum = incremental')
  db.exec('pragma journal_mode = wal')
  inTransaction(db, 'immediate', () => {
    if (formatOf(db).application === APPLICATION_ID) return
    db.exec(SCHEMA)
    db.prepare("insert into meta values ('store', ?)").run(randomId())
    db.exec(
      `insert into head values (0, 0, 0); pragma application_id = ${APPLICATION_ID}; pragma user_version = ${SCHEMA_VERSION}`,
    )
  })
}

function inTransaction<Result>(db: DatabaseSync, mode: 'deferred' | 'immediate', work: () => Result): Result {
  db.exec(`begin ${mode}`)
  try {
    const result = work()
    db.exec('commit')
    return result
  } catch (error) {
    rollback(db)
    throw error
  }
}

/** Until the file has its write-ahead log, SQLite breaks what would be a deadlock without honouring the busy timeout. */
function patiently(work: () => void): void {
  const deadline = performance.now() + CREATE_MS
  for (;;) {
    try {
      work()
      return
    } catch (error) {
      if (!isBusy(translate(error, '')) || performance.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}
