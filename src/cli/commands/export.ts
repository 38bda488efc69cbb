import { toTagged } from '../../core/index.ts'
import type { Holdfast } from '../../index.ts'
import { type LogicalState, logicalStates } from '../../store/index.ts'
import type { Call } from '../call.ts'
import { type Command, reveal } from '../command.ts'
import { dataEnvelope } from '../envelope.ts'
import { existingSession } from '../existing.ts'
import { isoTime } from '../moment.ts'
import { startProgress } from '../progress.ts'
import { secretsOf } from '../secrets.ts'

export const exportCommand: Command = {
  name: 'export',
  summary: 'a session with its tree, or everything, as JSON lines',
  arguments: [{ name: 'ID', optional: true }],
  options: { history: { help: 'also every revision of each session' }, ...reveal },
  examples: ['export alice/42 > alice.jsonl', 'export > everything.jsonl', 'export alice/42 --history'],
  next: 'hash',
  async run(call) {
    await using hf = await call.openToRead()
    const root = call.has(0) ? (await existingSession(hf, call.place(0))).id : undefined
    const progress = startProgress(call.io)
    const lines: object[] = []
    let written = 0
    for await (const line of linesOf(hf, root, call)) {
      if (call.io.signal.aborted) break
      progress.update(`${++written} lines`)
      if (call.json) lines.push(line)
      else call.io.stdout.write(`${JSON.stringify(toTagged(line).json)}\n`)
      await call.io.stdout.drained()
    }
    progress.end()
    if (call.json) call.io.stdout.write(`${dataEnvelope('export', { lines })}\n`)
    return undefined
  },
}

async function* linesOf(hf: Holdfast, root: string | undefined, call: Call): AsyncGenerator<object> {
  for await (const found of logicalStates(hf.store, { tenant: 'default', root })) {
    yield await entityLine(hf, found, call)
    if (call.flag('history') && found.row.kind === 'session') yield* historyLines(hf, found.row.id, call)
  }
}

async function entityLine(hf: Holdfast, { row, value, entries }: LogicalState, call: Call): Promise<object> {
  const { kind, id, revision, schema, created, updated, expires } = row
  const secrets = await secretsOf(hf, { ref: row }, call)
  return {
    type: 'entity',
    kind,
    id,
    root: row.root,
    definition: schema,
    revision,
    created: isoTime(created),
    updated: isoTime(updated),
    expires: expires === null ? null : isoTime(expires),
    state: secrets.state(value),
    entries: await secrets.data(entries),
  }
}

async function* historyLines(hf: Holdfast, id: string, call: Call): AsyncGenerator<object> {
  const session = hf.session(id)
  const secrets = await secretsOf(hf, session, call)
  for await (const { revision, at, op, event, paths, actor, cause, source, trust } of session.history({ order: 'oldest' })) {
    const shown = event === null || event.data === undefined ? event : { name: event.name, data: await secrets.data(event.data) }
    yield {
      type: 'revision',
      kind: 'session',
      id,
      revision,
      at: isoTime(at),
      op,
      event: shown,
      paths,
      actor,
      cause,
      source,
      trust,
    }
  }
}
