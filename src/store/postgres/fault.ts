import { HoldfastError } from '../../core/index.ts'
import { STOPPED_STATE } from './schema.ts'

type Reason = HoldfastError<'unavailable'>['details']['reason']

/** Conditions of PostgreSQL (https://www.postgresql.org/docs/current/errcodes-appendix.html) that mean something to a user, by code. */
const CONDITIONS: Readonly<Record<string, { readonly reason: Reason; readonly say: (shown: string) => string }>> = {
  '53300': {
    reason: 'overloaded',
    say: (db) => `${db} has no connection left for this process. Raise max_connections, or put a pooler before it`,
  },
  '53100': { reason: 'disk_full', say: (db) => `The disk of ${db} is full; nothing was stored. Free space and try again` },
  '25006': {
    reason: 'read_only',
    say: (db) => `${db} is a standby and cannot be written to. Name the primary, or all servers separated by commas`,
  },
  '57014': {
    reason: 'busy',
    say: (db) =>
      `${db} cancelled a statement again and again; nothing was stored. See who cancels it, or whether statement_timeout is too short`,
  },
  '57P03': { reason: 'io', say: (db) => `${db} is starting up or shutting down; nothing was stored, try again` },
}

/** Conditions in which the same transaction may be tried again at once: nothing of it was stored, and somebody else was in the way. */
const TRANSIENT = new Set(['40001', '40P01', '55P03', '57014'])

/** What the system says when there is nobody at the other end. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ECONNRESET',
  'EPIPE',
])

/** The connection is gone or was never there: whether what was sent has happened is not known. */
export function isLost(error: unknown): boolean {
  const code = codeOf(error)
  if (code === undefined)
    return error instanceof Error && /terminated|timeout|not queryable|Connection|closed/.test(error.message)
  return UNREACHABLE.has(code) || code.startsWith('08') || code.startsWith('57P')
}

/**
 * A commit that was cancelled while it waited for the synchronous standby is told as done, with a warning
 * (https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION-HA): the primary has it, and would lose it.
 */
export function isUnconfirmed(notice: unknown): boolean {
  return codeOf(notice) === '01000' && /synchronous replication/.test(String((notice as { message?: unknown }).message))
}

/** A server that only reads: another one may have taken its place. */
export function isReadOnly(error: unknown): boolean {
  return codeOf(error) === '25006' || (HoldfastError.is(error, 'unavailable') && error.details.reason === 'read_only')
}

export function isTransient(error: unknown): boolean {
  return TRANSIENT.has(codeOf(error) ?? '')
}

/** What an error of the database at `shown` means to somebody who uses the store. */
export function translate(error: unknown, shown: string): unknown {
  if (error instanceof HoldfastError) return error
  const code = codeOf(error) ?? ''
  const options = { cause: error }
  if (code === STOPPED_STATE) return new HoldfastError('unavailable', text(error), { reason: 'moved' }, options)
  const known = CONDITIONS[code]
  if (known !== undefined) return new HoldfastError('unavailable', known.say(shown), { reason: known.reason }, options)
  if (code.startsWith('28'))
    return new HoldfastError(
      'unauthenticated',
      `${shown} did not accept the user or the password (${text(error)}). Check the URL`,
      {},
      options,
    )
  if (code === '3D000')
    return new HoldfastError('not_found', `${shown}: ${text(error)}. Create it, or name another one`, {}, options)
  if (code === '42501') {
    const message = `${text(error)} at ${shown}. Grant the user the right to create a schema there, or let its owner open the store once`
    return new HoldfastError('forbidden', message, {}, options)
  }
  if (code.startsWith('22')) return new HoldfastError('invalid', `PostgreSQL cannot store this: ${text(error)}`, {}, options)
  if (code.startsWith('XX') || code === '42P01')
    return new HoldfastError(
      'corrupt',
      `${shown} is damaged (${text(error)}). Run \`holdfast doctor\`, and restore a backup`,
      {},
      options,
    )
  if (isLost(error))
    return new HoldfastError(
      'unavailable',
      `${shown} cannot be reached (${text(error)}). Check that it is running and that the URL names it. A commit that was on its way may be there or not: read before you repeat it`,
      { reason: 'io' },
      options,
    )
  return new HoldfastError('unavailable', `${shown} refused an operation: ${text(error)}`, { reason: 'engine' }, options)
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

function text(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(text).join('; ')
  return error instanceof Error ? error.message : String(error)
}
