import type { InstanceStatus } from '../../machine/index.ts'
import type { Command } from '../command.ts'
import { formatTime, isoTime } from '../moment.ts'
import { table } from '../table.ts'
import { judging, UsageError } from '../usage-error.ts'
import { fileOption, machinesGiven } from './given.ts'

const STATUSES: readonly InstanceStatus[] = ['active', 'done', 'stopped', 'needs_migration']

export const list: Command = {
  name: 'machine list',
  summary: 'instances of statecharts, by machine, state, tag, status and session',
  arguments: [],
  options: {
    of: { value: 'ID', help: 'of this machine' },
    state: { value: 'STATE', help: 'in this state, an outer one included' },
    tag: { value: 'TAG', help: 'in a state with this tag' },
    status: { value: STATUSES.join('|'), help: 'how they stand' },
    session: { value: 'ID', help: 'of this session' },
    limit: { value: 'N', help: 'at most so many; default 50' },
    after: { value: 'CURSOR', help: 'what a page before ended with' },
    ...fileOption,
  },
  examples: ['machine list', 'machine list --of order --state open', 'machine list --status needs_migration'],
  next: 'machine show alice/42/order',
  async run(call) {
    const typed = call.option('status')
    const status = STATUSES.find((each) => each === typed)
    if (typed !== undefined && status === undefined)
      throw new UsageError(`Expected --status to be ${STATUSES.join(', ')}, got ${typed}`, '--status')
    await using hf = await call.openToRead(await machinesGiven(call))
    const page = hf.instances.list({
      ...{ machine: call.option('of'), state: call.option('state'), tag: call.option('tag'), status },
      ...{ session: call.option('session'), limit: call.number('limit', 1), after: call.option('after') },
    })
    const { instances, next } = await judging('after', page)
    const rows = instances.map((one) => [one.id, one.machine, one.status, one.states.join(' '), formatTime(one.updated)])
    const columns = call.io.stdout.isTTY ? call.io.stdout.columns : 240
    const more = next === undefined ? '' : `There are more: --after ${next}\n`
    const [first] = instances
    return {
      data: {
        instances: instances.map((one) => ({ ...one, created: isoTime(one.created), updated: isoTime(one.updated) })),
        next: next ?? null,
      },
      text: table(['instance', 'machine', 'status', 'states', 'changed'], rows, call.paint, columns),
      hint: `${more}Next: holdfast machine show ${first?.id ?? 'SESSION/NAME'}`,
    }
  },
}
