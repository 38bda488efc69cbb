import type { MachineRevision } from '../../machine/index.ts'
import { type Command, reveal } from '../command.ts'
import { formatTime, isoTime } from '../moment.ts'
import { secretsOf } from '../secrets.ts'
import { table } from '../table.ts'

const DEFAULT_LIMIT = 20

export const history: Command = {
  name: 'machine history',
  summary: 'what happened to an instance: events, transitions, states',
  arguments: [{ name: 'SESSION/NAME' }],
  options: {
    limit: { value: 'N', help: `at most so many revisions; default ${DEFAULT_LIMIT}, 0 for all` },
    oldest: { help: 'begin with the oldest, not the newest' },
    ...reveal,
  },
  examples: ['machine history alice/42/order', 'machine history alice/42/order --oldest --limit 0'],
  next: 'machine show alice/42/order --at 2',
  async run(call) {
    const id = call.place(0)
    const limit = call.number('limit', 0) ?? DEFAULT_LIMIT
    await using hf = await call.openToRead()
    const order = call.flag('oldest') ? 'oldest' : 'newest'
    const instance = hf.instance(id)
    const secrets = await secretsOf(hf, instance, call)
    const revisions: MachineRevision[] = []
    for await (const one of instance.history({ order, ...(limit > 0 && { limit }) })) {
      const { steps } = (await secrets.data({ steps: one.steps })) as Pick<MachineRevision, 'steps'>
      revisions.push({ ...one, steps })
    }
    const columns = call.io.stdout.isTTY ? call.io.stdout.columns : 240
    return {
      data: { instance: id, revisions: revisions.map((one) => ({ ...dataOf(one), at: isoTime(one.at) })) },
      text: table(['rev', 'time', 'event', 'states', 'transitions'], revisions.flatMap(rowsOf), call.paint, columns),
      hint: `Next: holdfast machine show ${id} --at ${revisions[0]?.revision ?? 1}`,
    }
  },
}

function rowsOf({ revision, at, op, steps }: MachineRevision): string[][] {
  const of = [String(revision), formatTime(at)]
  if (steps.length === 0) return [[...of, op, '-', '-']]
  return steps.map(({ event, states = [], transitions = [], unhandled, failed, adopted }) => [
    ...of,
    event.type,
    states.join(' ') || '-',
    transitions.join(', ') || failed?.message || (unhandled ? 'nothing takes it' : adopted ? `adopted from ${adopted}` : '-'),
  ])
}

function dataOf({ revision, op, actor, cause, source, commit, steps }: MachineRevision): object {
  return { revision, op, actor, cause, source, commit, steps }
}
