import { type Finding, check as findingsOf } from '../../statechart/index.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import type { Paint } from '../paint.ts'
import { counted } from '../text.ts'
import { machineNamed, sourceOptions } from './source.ts'

const COLOURS = { error: 'red', warning: 'yellow', info: 'dim' } as const

export const check: Command = {
  name: 'machine check',
  summary: 'what is wrong with a statechart, each finding with the fewest events that lead there',
  arguments: [{ name: 'FILE|ID' }],
  options: {
    events: { value: 'TYPES', help: 'the events somebody sends, divided by commas; default: any may come' },
    most: { value: 'N', help: 'how many moments to look at; default 1,000' },
    strict: { help: 'warnings fail, too' },
    ...sourceOptions,
  },
  examples: ['machine check order.json', 'machine check agent.ts --export agent --events PAY,SHIP', 'machine check order --json'],
  next: 'machine paths order.json',
  async run(call) {
    const machine = await machineNamed(call, call.place(0))
    const events = call.option('events')?.split(',')
    const most = call.number('most', 1)
    const findings = findingsOf(machine, { ...(events && { events }), ...(most !== undefined && { most }) })
    const fails = ({ severity }: Finding): boolean => severity === 'error' || (call.flag('strict') && severity === 'warning')
    const verdict = findings.length === 0 ? call.paint('green', 'sound') : counted(findings.length, 'finding')
    return {
      data: { machine: machine.tag, findings },
      text: [...findings.map((finding) => described(finding, call.paint)), `${machine.tag}: ${verdict}`].join('\n'),
      exit: findings.some(fails) ? exitCodes.verificationFailed : exitCodes.ok,
    }
  },
}

function described({ kind, severity, certainty, path, message, trace }: Finding, paint: Paint): string {
  const doubt = certainty === 'possible' ? ' (possible)' : ''
  const way = trace.length === 0 ? '' : `\n  after: ${trace.join(', ')}`
  return `${paint(COLOURS[severity], severity)}  ${kind}${doubt}  ${path}\n  ${message}${way}\n`
}
