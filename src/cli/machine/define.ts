import { HoldfastError } from '../../core/index.ts'
import { type Machine, toJson } from '../../statechart/index.ts'
import type { Call } from '../call.ts'
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
    const isNew = isDry ? await wouldBeNew(call, machine) : await keep(call, machine)
    const did = !isNew ? 'Was there already:' : isDry ? 'Would keep' : 'Kept'
    return {
      data: { machine: machine.id, version: machine.version, tag: machine.tag, isNew, dryRun: isDry },
      text: `${did} ${machine.id}, version ${machine.version}`,
      hint: `Next: holdfast machine start alice/42/${machine.id} ${machine.id}`,
    }
  },
}

async function keep(call: Call, machine: Machine): Promise<boolean> {
  await using hf = await call.openToWrite()
  const { isNew } = await hf.statecharts.define(toJson(machine), { source: 'cli' })
  return isNew
}

/** What keeping it would meet; nothing is made and nothing written. @throws conflict */
async function wouldBeNew(call: Call, machine: Machine): Promise<boolean> {
  if (!(await call.storeExists())) return true
  await using hf = await call.openToRead()
  const kept = await hf.statecharts.json(machine.id, machine.version).catch((error: unknown) => {
    if (HoldfastError.is(error, 'not_found')) return undefined
    throw error
  })
  if (kept === undefined) return true
  if (JSON.stringify(kept) === JSON.stringify(toJson(machine))) return false
  const message = `Machine ${machine.id} of version ${machine.version} is another definition already; give this one a version of its own`
  throw new HoldfastError('conflict', message, { entity: machine.id })
}
