import type { SessionQuery, SessionStatus, SessionSummary } from '../../index.ts'
import type { Call } from '../call.ts'
import type { Command } from '../command.ts'
import { formatTime, isoTime } from '../moment.ts'
import { closest } from '../suggestion.ts'
import { table } from '../table.ts'
import { judging, UsageError } from '../usage-error.ts'

const STATUSES: readonly SessionStatus[] = ['open', 'idle', 'closed', 'expired']

export const sessions: Command = {
  name: 'sessions',
  summary: 'the sessions there are, or those that fit',
  arguments: [],
  options: {
    tag: { value: 'TAG', help: 'with this tag' },
    user: { value: 'USER', help: 'of this user' },
    status: { value: 'STATUS', help: STATUSES.join(', ') },
    term: { value: 'NAME=VALUE', help: 'found under a term of their definition' },
    definition: { value: 'NAME', help: 'of this definition' },
    limit: { value: 'N', help: 'at most so many; default 50' },
    after: { value: 'CURSOR', help: 'go on behind the page that gave this cursor' },
  },
  examples: ['sessions', 'sessions --user alice --status open', 'sessions --term reservation=4WQ150 --limit 5'],
  next: 'inspect ID',
  async run(call) {
    const query = queryOf(call)
    await using hf = await call.openToRead()
    const { sessions: found, next } = await judging('after', hf.sessions.list(query))
    const more = next === undefined ? '' : `There are more: --after ${next}\n`
    const first = found[0]?.id
    return {
      data: { sessions: found.map(withTimes), ...(next !== undefined && { next }) },
      text: found.length === 0 ? 'No sessions' : listOf(found, call),
      ...(first !== undefined && { hint: `${more}Next: holdfast inspect ${first}` }),
    }
  },
}

function queryOf(call: Call): SessionQuery {
  const [tag, user, definition, after] = ['tag', 'user', 'definition', 'after'].map((name) => call.option(name))
  const limit = call.number('limit', 1)
  if (limit !== undefined && limit > 1000) throw new UsageError('--limit may be at most 1000; go on with --after', '--limit')
  const status = call.option('status')
  const term = call.option('term')
  return {
    ...(tag !== undefined && { tag }),
    ...(user !== undefined && { user }),
    ...(definition !== undefined && { definition }),
    ...(after !== undefined && { after }),
    ...(limit !== undefined && { limit }),
    ...(status !== undefined && { status: toStatus(status) }),
    ...(term !== undefined && { term: toTerm(term) }),
  }
}

function toStatus(typed: string): SessionStatus {
  const status = STATUSES.find((one) => one === typed)
  if (status !== undefined) return status
  const near = closest(typed, STATUSES)
  const hint = near === undefined ? '' : `; did you mean ${near}?`
  throw new UsageError(`Expected --status to be one of ${STATUSES.join(', ')}, got ${JSON.stringify(typed)}${hint}`, '--status')
}

/** `qty=3` looks for a number, `paid=true` for a boolean, `zip="01234"` and everything else for text. */
function toTerm(typed: string): { name: string; value: string | number | boolean } {
  const equals = typed.indexOf('=')
  if (equals < 1) throw new UsageError(`Expected --term NAME=VALUE, got ${JSON.stringify(typed)}`, '--term')
  const text = typed.slice(equals + 1)
  const isOther = /^(-?\d+(\.\d+)?([eE][+-]?\d+)?|true|false|"([^"\\]|\\.)*")$/.test(text)
  return { name: typed.slice(0, equals), value: isOther ? (JSON.parse(text) as string | number | boolean) : text }
}

function withTimes(session: SessionSummary): object {
  const { created, updated, expires } = session
  return { ...session, created: isoTime(created), updated: isoTime(updated), expires: expires === null ? null : isoTime(expires) }
}

function listOf(found: readonly SessionSummary[], call: Call): string {
  const rows = found.map((one) => [
    one.id,
    String(one.revision),
    one.status,
    one.user ?? '-',
    formatTime(one.updated),
    one.tags.join(', '),
  ])
  return table(
    ['session', 'rev', 'status', 'user', 'changed', 'tags'],
    rows,
    call.paint,
    call.io.stdout.isTTY ? call.io.stdout.columns : 200,
  )
}
