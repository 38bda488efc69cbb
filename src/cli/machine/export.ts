import { type Machine, toJson, toMermaid, toScxml } from '../../statechart/index.ts'
import type { Command } from '../command.ts'
import { UsageError } from '../usage-error.ts'
import { machineNamed, sourceOptions } from './source.ts'

const FORMATS: Readonly<Record<string, (machine: Machine) => string>> = {
  json: (machine) => JSON.stringify(toJson(machine), null, 2),
  scxml: (machine) => toScxml(machine).trimEnd(),
  mermaid: (machine) => toMermaid(machine).trimEnd(),
}

export const exportMachine: Command = {
  name: 'machine export',
  summary: 'write a statechart as JSON, SCXML or a Mermaid diagram',
  arguments: [{ name: 'FILE|ID' }],
  options: { format: { value: Object.keys(FORMATS).join('|'), help: 'default json' }, ...sourceOptions },
  examples: ['machine export order.scxml > order.json', 'machine export agent.ts --format mermaid'],
  next: 'machine define order.json',
  async run(call) {
    const format = call.option('format') ?? 'json'
    const write = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined
    if (write === undefined)
      throw new UsageError(`Expected --format to be ${Object.keys(FORMATS).join(', ')}, got ${format}`, '--format')
    const machine = await machineNamed(call, call.place(0))
    const text = write(machine)
    return { data: { machine: machine.tag, format, text }, text }
  },
}
