import type { Holdfast, Session, SessionRevision } from '../../index.ts'
import type { Masking } from '../../session/index.ts'
import type { Call } from '../call.ts'
import { type Command, type Result, reveal } from '../command.ts'
import { dataEnvelope } from '../envelope.ts'
import { eventLine } from '../event-line.ts'
import { formatTime, isoTime } from '../moment.ts'
import { secretsOf } from '../secrets.ts'
import { table } from '../table.ts'
import { oneLine, shorten } from '../text.ts'

const DEFAULT_LIMIT = 20

export const history: Command = {
  name: 'history',
  summary: 'what happened to a session: revision, time, event, changed paths',
  arguments: [{ name: 'ID' }],
  options: {
    limit: { value: 'N', help: `at most so many revisions; default ${DEFAULT_LIMIT}, 0 for all` },
    oldest: { help: 'begin with the oldest, not the newest' },
    follow: { help: 'stay, and print what happens from now on' },
    ...reveal,
  },
  examples: ['history alice/42', 'history alice/42 --oldest --limit 0', 'history alice/42 --follow'],
  next: 'diff alice/42 3 7',
  async run(call) {
    const id = call.place(0)
    const limit = call.number('limit', 0) ?? DEFAULT_LIMIT
    await using hf = await call.openToRead()
    const session = hf.session(id)
    const secrets = await secretsOf(hf, session, call)
    if (call.flag('follow')) return await follow(hf, session, limit, call)
    const found: SessionRevision[] = []
    const order = call.flag('oldest') ? 'oldest' : 'newest'
    for await (const revision of session.history({ order, ...(limit > 0 && { limit }) }))
      found.push(await masked(revision, secrets))
    return resultOf(id, found, limit, call)
  },
}

function resultOf(id: string, found: readonly SessionRevision[], limit: number, call: Call): Result {
  const rows = found.map((one) => cellsOf(one))
  const columns = call.io.stdout.isTTY ? call.io.stdout.columns : 240
  const more = limit > 0 && found.length === limit ? `At most ${limit} revisions are shown; --limit 0 shows all\n` : ''
  return {
    data: { session: id, revisions: found.map(dataOf) },
    text: table(['rev', 'time', 'event', 'changed', 'said'], rows, call.paint, columns),
    hint: `${more}Next: holdfast get ${id} --at ${found[0]?.revision ?? 1}`,
  }
}

/** The newest revisions, oldest first, then each new one as it becomes durable, until the user ends it. */
async function follow(hf: Holdfast, session: Session, limit: number, call: Call): Promise<undefined> {
  const { io } = call
  const changes = session.watch({ signal: io.signal })
  const past = await Array.fromAsync(session.history(limit > 0 ? { limit } : {}))
  let last = 0
  for (const revision of past.reverse()) last = await print(hf, session, revision, call)
  for await (const { revision } of changes) {
    if (revision <= last) continue
    for await (const news of session.history({ from: last + 1, order: 'oldest' })) last = await print(hf, session, news, call)
    await io.stdout.drained()
  }
  return undefined
}

/** Secrets are looked up anew: the revision may have brought one. */
async function print(hf: Holdfast, session: Session, revision: SessionRevision, call: Call): Promise<number> {
  const shown = await masked(revision, await secretsOf(hf, session, call))
  const line = call.json
    ? dataEnvelope('history', { session: session.id, ...dataOf(shown) }, 0)
    : cellsOf(shown).map(oneLine).join('  ')
  call.io.stdout.write(`${call.io.stdout.isTTY && !call.json ? shorten(line, call.io.stdout.columns) : line}\n`)
  return revision.revision
}

async function masked(revision: SessionRevision, secrets: Masking): Promise<SessionRevision> {
  const { event } = revision
  return event === null || event.data === undefined
    ? revision
    : { ...revision, event: { ...event, data: await secrets.data(event.data) } }
}

function cellsOf(one: SessionRevision): string[] {
  const event = one.event?.name ?? (one.op === 'write' ? '-' : one.op)
  return [
    String(one.revision),
    formatTime(one.at),
    event,
    one.paths.join(', ') || '-',
    shorten(oneLine(eventLine(one.event)), 400),
  ]
}

function dataOf(one: SessionRevision): object {
  const { revision, at, op, event, paths, actor, cause, source, trust, commit } = one
  return { revision, at: isoTime(at), op, event, paths, actor, cause, source, trust, commit }
}
