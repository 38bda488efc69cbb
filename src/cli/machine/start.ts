import { addressOf } from '../../machine/index.ts'
import type { Command } from '../command.ts'
import { parseValue } from '../value.ts'
import { fileOption, machinesGiven } from './given.ts'
import { shown } from './show.ts'

export const start: Command = {
  name: 'machine start',
  summary: 'start an instance in the tree of a session; one that is there stays as it is',
  arguments: [{ name: 'SESSION/NAME' }, { name: 'ID[@VERSION]' }],
  options: {
    input: { value: 'JSON', help: 'what the machine is started with' },
    key: { value: 'KEY', help: 'the same key again starts nothing' },
    ...fileOption,
  },
  examples: ['machine start alice/42/order order', 'machine start alice/42/order order@2 --input \'{"due":10}\''],
  next: 'machine send alice/42/order PAY',
  async run(call) {
    const [id, wanted, input, key] = [call.place(0), call.place(1), call.option('input'), call.option('key')]
    const given = await machinesGiven(call)
    const machine = given.find((one) => one.id === wanted || one.tag.startsWith(`${wanted}#`)) ?? wanted
    const { session, name } = addressOf(id)
    await using hf = await call.openToWrite(given)
    const begun = input === undefined ? undefined : parseValue(input)
    const sent = await hf.machine(machine, session, name).start(begun, { source: 'cli', ...(key !== undefined && { key }) })
    const result = await shown(call, hf, id)
    return { ...result, data: { ...(result.data as object), started: sent.handled, replayed: sent.replayed } }
  },
}
