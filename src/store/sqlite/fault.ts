import { HoldfastError } from '../../core/index.ts'

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html) that mean something to a user. */
const ERROR = 1
const BUSY = 5
const LOCKED = 6
const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const NOTADB = 26
/** The index of the write-ahead log could not be made as large as it must be, which is a full disk (SQLITE_IOERR_SHMSIZE). */
const NO_ROOM_FOR_INDEX = 4874

/** A trigger of ours said no: the store is stopped (SQLITE_CONSTRAINT_TRIGGER). Its message says why. */
const STOPPED = 1811

/** The primary result code of an error thrown by node:sqlite; undefined for other errors. */
function resultCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode
  if (code === NO_ROOM_FOR_INDEX) return FULL
  return typeof code === 'number' ? code & 0xff : undefined
}

/** True when another connection holds the lock that was asked for. */
export function isBusy(error: unknown): boolean {
  return HoldfastError.is(error, 'unavailable') && error.details.reason === 'busy'
}

/** What a SQLite error means to somebody who uses the store in `file`. */
export function translate(error: unknown, file: string): unknown {
  const options = { cause: error }
  if ((error as { code?: unknown } | null)?.code === 'ERR_INVALID_STATE') {
    return new HoldfastError('unavailable', `${file} was closed; open it again`, { reason: 'closed' }, options)
  }
  if ((error as { errcode?: unknown } | null)?.errcode === STOPPED) {
    return new HoldfastError('unavailable', text(error), { reason: 'moved' }, options)
  }
  switch (resultCode(error)) {
    case undefined:
      return error
    case BUSY:
    case LOCKED:
      return new HoldfastError(
        'unavailable',
        `Another process kept ${file} locked; nothing was stored, try again`,
        { reason: 'busy' },
        options,
      )
    case READONLY:
      return new HoldfastError(
        'unavailable',
        `${readOnly(file)}. Make both writable and open it again`,
        { reason: 'read_only' },
        options,
      )
    case FULL:
      return new HoldfastError(
        'unavailable',
        `The disk of ${file} is full; nothing was stored. Free space and try again`,
        { reason: 'disk_full' },
        options,
      )
    case IOERR:
      return new HoldfastError(
        'unavailable',
        `The disk of ${file} failed (${text(error)}); nothing was acknowledged. Check the disk, try again`,
        { reason: 'io' },
        options,
      )
    case CANTOPEN:
      return new HoldfastError('not_found', `${file} cannot be opened: the folder must exist and be writable`, { file }, options)
    case NOTADB:
    case CORRUPT:
      return new HoldfastError('corrupt', damaged(file, text(error)), { file }, options)
  }
  return new HoldfastError('unavailable', `SQLite refused an operation on ${file}: ${text(error)}`, { reason: 'engine' }, options)
}

/** Our statements name nothing that is not in our schema: what SQLite cannot make sense of is a schema that has changed. */
export function translatePrepare(error: unknown, file: string): unknown {
  const isSense = resultCode(error) === ERROR
  return isSense ? new HoldfastError('corrupt', damaged(file, text(error)), { file }, { cause: error }) : translate(error, file)
}

export function readOnly(file: string): string {
  return `${file}, or its folder, is read-only for this process; nothing was stored`
}

export function damaged(file: string, what: string): string {
  return `${file} is damaged or not a database (${what}). Keep a copy, run \`holdfast doctor --store file:${file}\`, and restore a backup`
}

/** The path leads to something else than what was opened: a commit would go where nobody looks for it. */
export function replaced(file: string): HoldfastError<'unavailable'> {
  const message = `${file} was removed or replaced while it was open; nothing was stored. Put it back, or open the store again`
  return new HoldfastError('unavailable', message, { reason: 'io' })
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
