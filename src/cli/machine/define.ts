import { toJson } from '../../statechart/index.ts'
import { type Command, dryRun } from '../command.ts'
import { machineIn, sourceOptions } from './source.ts'

export const define: Command = {
  name: 'machine define',
  summary: 'keep a statechart in the store, for whoever opens it next',
  arguments: [{ name: 'FILE' }],
  options: { ...sourceOptions, ...dryRun },
  examples: ['machine define order.json', 'machine define order.json --dry-run'],
  next: 'machine start alice/42/order order',
  async run(call) {
    const machine = await machineIn(call, call.place(0))
    const isDry = call.flag('dry-run')
    await using hf = await call.openToWrite()
    const isNew = isDry || (await hf.statecharts.define(toJson(machine), { source: 'cli' })).isNew
    const did = isDry ? 'Would keep' : isNew ? 'Kept' : 'Was there already:'
    return {
      data: { machine: machine.id, version: machine.version, tag: machine.tag, isNew, dryRun: isDry },
      text: `${did} ${machine.id}, version ${machine.version}`,
      hint: `Next: holdfast machine start alice/42/${machine.id} ${machine.id}`,
    }
  },
}
