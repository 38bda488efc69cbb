import { abandonMove, HoldfastError, type MoveReport, moveStore } from '../../index.ts'
import type { Call } from '../call.ts'
import type { Command, Result } from '../command.ts'
import { startProgress } from '../progress.ts'
import { fields } from '../table.ts'
import { formatBytes } from '../text.ts'
import { UsageError } from '../usage-error.ts'

export const move: Command = {
  name: 'move',
  summary: 'a store with its whole history to another place, while it is in use',
  arguments: [{ name: 'FROM' }, { name: 'TO', optional: true }],
  options: { abandon: { help: 'give up a move of FROM that has begun: it stays where it is' } },
  examples: [
    'move file:./agent.db postgres://agents@db/agents',
    'move postgres://agents@db/agents file:./copy.db --json',
    'move file:./agent.db --abandon',
  ],
  next: 'doctor',
  async run(call) {
    if (call.option('store') !== undefined)
      throw new UsageError('Name the stores: holdfast move FROM TO, without --store', '--store')
    return call.flag('abandon') ? abandoned(call) : moved(call)
  },
}

async function moved(call: Call): Promise<Result> {
  const [from, to] = [call.place(0), call.place(1)]
  if (!call.has(1)) throw new UsageError('Expected where to move: holdfast move FROM TO', 'TO')
  const progress = startProgress(call.io)
  try {
    const options = { signal: call.io.signal, onProgress: (text: string) => progress.update(text) }
    const report = await judged(moveStore(from, to, options))
    return {
      data: { from, to, ...report },
      text: textOf(call, to, report),
      hint: `Nobody can write to ${from} any more. Next: holdfast doctor --store ${to}`,
    }
  } finally {
    progress.end()
  }
}

async function abandoned(call: Call): Promise<Result> {
  if (call.has(1)) throw new UsageError('Expected one store: holdfast move FROM --abandon', 'TO')
  const from = call.place(0)
  const wasMoving = await judged(abandonMove(from))
  const hint = wasMoving ? { hint: 'What was copied so far is of no use: delete it' } : {}
  const text = wasMoving ? `${from} stays where it is` : `${from} was not being moved`
  return { data: { from, abandoned: wasMoving }, text, ...hint }
}

/** What is wrong with the URLs was typed wrong. */
async function judged<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (error) {
    if (HoldfastError.is(error, 'invalid') && error.details.path === 'store') throw new UsageError(error.message, 'FROM')
    throw error
  }
}

function textOf({ paint }: Call, to: string, report: MoveReport): string {
  const { entities, records, versions, bytes, rounds, stoppedMs, hash, digest } = report
  const rows: [string, string][] = [
    ['entities', String(entities)],
    ['records', String(records)],
    ['past versions', String(versions)],
    ['bytes', formatBytes(bytes)],
    ['rounds', String(rounds)],
    ['stopped', stoppedMs === null ? 'before' : `${Math.round(stoppedMs)} ms`],
    ['state hash', hash ?? 'sealed: values were compared as they are sealed'],
    ['history', digest],
  ]
  return `${paint('green', 'moved')}  to ${to}, found equal\n\n${fields(rows, paint)}`
}
