import type { Holdfast } from '../../index.ts'
import type { InstanceInspection, InstanceSnapshot } from '../../machine/index.ts'
import type { Call } from '../call.ts'
import { type Command, type Result, reveal } from '../command.ts'
import { formatTime, isoTime, toMoment } from '../moment.ts'
import { secretsOf } from '../secrets.ts'
import { fields } from '../table.ts'
import { formatValue } from '../value.ts'
import { fileOption, machinesGiven } from './given.ts'

export const show: Command = {
  name: 'machine show',
  summary: 'where an instance is: states, context, timers, children, what may happen next',
  arguments: [{ name: 'SESSION/NAME' }],
  options: { at: { value: 'REV|TIME', help: 'as it was at a revision or time' }, ...fileOption, ...reveal },
  examples: ['machine show alice/42/order', 'machine show alice/42/order --at 3 --json'],
  next: 'machine send alice/42/order PAY',
  async run(call) {
    const at = call.option('at')
    await using hf = await call.openToRead(await machinesGiven(call))
    return await shown(call, hf, call.place(0), at)
  },
}

/** An instance as it is, or was; commands that move it print it, too. */
export async function shown(call: Call, hf: Holdfast, id: string, at?: string): Promise<Result> {
  const instance = hf.instance(id)
  const found = at === undefined ? await instance.inspect() : await instance.at(toMoment(at, '--at'))
  const secrets = await secretsOf(hf, instance, call)
  const output = found.output === undefined ? undefined : await secrets.data(found.output)
  return resultOf(call, { ...found, context: secrets.state(found.context), output })
}

function resultOf(call: Call, found: InstanceSnapshot | InstanceInspection): Result {
  const { id, revision, machine, status, states, context, output, timers, children } = found
  const next = 'nextEvents' in found ? found.nextEvents : undefined
  const isTold = (value: string): boolean => value !== ''
  const rows: (readonly [string, string])[] = [
    ['instance', id],
    ['machine', machine],
    ['revision', String(revision)],
    ['status', status],
    ['states', states.join(' ')],
    ['timers', timers.map((timer) => `${timer.id} at ${formatTime(timer.at)}`).join(', ')],
    [
      'children',
      Object.entries(children)
        .map(([name, { src, instance }]) => `${name} (${instance ?? src})`)
        .join(', '),
    ],
    ['next', next?.join(', ') ?? ''],
  ]
  const said = [
    fields(
      rows.filter(([, value]) => isTold(value)),
      call.paint,
    ),
    `${call.paint('dim', 'context')}\n${formatValue(context, call)}`,
    ...(output === undefined ? [] : [`${call.paint('dim', 'output')}\n${formatValue(output, call)}`]),
  ]
  return {
    data: present({ ...found, timers: timers.map((timer) => ({ ...timer, at: isoTime(timer.at) })) }),
    text: said.join('\n\n'),
    hint: `Next: holdfast machine ${next?.[0] === undefined ? `history ${id}` : `send ${id} ${next[0]}`}`,
  }
}

function present(data: object): object {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined))
}
