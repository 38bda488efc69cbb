/** Why a request was refused or never arrived (RFC 9457, plus `unreachable` for no answer at all). */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly retryAfter: number | null

  constructor(fields: { status: number; code: string; title: string; detail: string; retryAfter?: number | null }) {
    super(fields.detail)
    this.name = 'Problem'
    this.status = fields.status
    this.code = fields.code
    this.title = fields.title
    this.retryAfter = fields.retryAfter ?? null
  }
}

/** Anything thrown, as a problem that can be shown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  const detail = error instanceof Error ? error.message : String(error)
  return new Problem({ status: 0, code: 'defect', title: 'The console stumbled', detail })
}

/** Reads a problem+json body; tolerant, because a proxy may answer with something else. */
export function problemFrom(status: number, body: unknown, retryAfter: string | null): Problem {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const text = (name: string, otherwise: string) => (typeof fields[name] === 'string' ? fields[name] : otherwise)
  const seconds = retryAfter === null ? Number.NaN : Number(retryAfter)
  return new Problem({
    status,
    code: text('code', String(status)),
    title: text('title', `The server answered ${status}`),
    detail: text('detail', 'It did not say why.'),
    retryAfter: Number.isFinite(seconds) ? seconds : null,
  })
}

const remedies: Readonly<Record<string, string>> = {
  invalid: 'Change what you entered and try again.',
  unauthenticated: 'Open the console with a key that this server knows.',
  forbidden: 'Ask whoever keeps this server for access.',
  not_found: 'Check the id. It may have been deleted, or live in another store.',
  conflict: 'Somebody was faster. Look at the newest revision, then decide again.',
  too_large: 'Send less at once.',
  unavailable: 'The server is busy or starting. The console tries again by itself.',
  timeout: 'Try again; narrow the filter if it keeps happening.',
  corrupt: 'Run npx holdfast doctor on the store before anything else.',
  unreachable: 'Is the server running? Start it with npx holdfast serve. The console reconnects by itself.',
  defect: 'Reload the page. If it happens again, report it with the steps that led here.',
}

/** What to do about it, in one sentence. */
export function remedyOf(problem: Problem): string {
  return remedies[problem.code] ?? (problem.status >= 500 ? 'Look at the output of the server.' : 'Try again.')
}

/** True when the same request may succeed later without anybody changing anything. */
export function isPassing(error: unknown): boolean {
  const { code, status } = problemOf(error)
  return code === 'unreachable' || code === 'timeout' || status === 502 || (status === 503 && code !== 'corrupt')
}
