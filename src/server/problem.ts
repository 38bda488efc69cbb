import { type ErrorCode, HoldfastError } from '../core/index.ts'
import { always } from './answer.ts'
import { Refusal } from './refusal.ts'

/** The status each code stands for. */
const statuses: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  corrupt: 503,
  unavailable: 503,
  needs_migration: 409,
  cancelled: 503,
  failed: 409,
  timeout: 504,
}

const titles: Readonly<Record<ErrorCode | 'internal', string>> = {
  invalid: 'The request cannot be accepted',
  unauthenticated: 'Nobody knows who asks',
  forbidden: 'This is not allowed',
  not_found: 'There is no such thing',
  conflict: 'Somebody else was faster',
  too_large: 'This is more than the limit',
  corrupt: 'What is stored is damaged',
  unavailable: 'Not now',
  needs_migration: 'What is stored is of another version',
  cancelled: 'It was cancelled',
  failed: 'It was tried and has failed',
  timeout: 'It took too long',
  internal: 'The server stumbled',
}

/** How long a client waits before it asks again, in seconds. */
const RETRY_AFTER = '1'

/** An error as an answer: RFC 9457. What is no HoldfastError tells nothing of itself. */
export function problem(error: unknown, instance: string): Response {
  const known: HoldfastError | undefined = error instanceof HoldfastError ? error : undefined
  const code = known?.code ?? 'internal'
  const status = known instanceof Refusal ? known.status : known === undefined ? 500 : statuses[known.code]
  const detail = known?.message ?? 'Something unforeseen happened; the log of the server says what'
  const body = {
    type: `https://holdfast.dev/errors/${code}`,
    title: titles[code],
    status,
    code,
    detail,
    instance,
    ...shown(known?.details),
  }
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/problem+json; charset=UTF-8',
      ...always,
      ...(status === 503 && { 'retry-after': RETRY_AFTER }),
      ...(known instanceof Refusal && known.headers),
    },
  })
}

/** Paths of files are the server's own business; names that RFC 9457 gives a meaning to keep it. */
function shown(details: object | undefined): object {
  const own = new Set(['file', 'type', 'title', 'status', 'code', 'detail', 'instance'])
  return Object.fromEntries(Object.entries(details ?? {}).filter(([name]) => !own.has(name)))
}
