import { coverage, type MachinePath, paths as pathsIn, titleOf } from '../../statechart/index.ts'
import type { Command } from '../command.ts'
import { counted } from '../text.ts'
import { UsageError } from '../usage-error.ts'
import { sampleOptions, samplesOf } from './samples.ts'
import { machineNamed, sourceOptions } from './source.ts'

const KINDS = ['shortest', 'simple', 'transitions'] as const

export const paths: Command = {
  name: 'machine paths',
  summary: 'ways through a statechart, found by real steps, and what they cover',
  arguments: [{ name: 'FILE|ID' }],
  options: {
    kind: { value: KINDS.join('|'), help: 'default shortest: one to each set of states' },
    to: { value: 'STATE', help: 'only paths that end there' },
    most: { value: 'N', help: 'how many paths and moments at most; default 1,000' },
    ...sampleOptions,
    ...sourceOptions,
  },
  examples: ['machine paths order.json', 'machine paths order.json --kind transitions --samples samples.json'],
  next: 'machine simulate order.json --seed 7',
  async run(call) {
    const machine = await machineNamed(call, call.place(0))
    const kind = KINDS.find((each) => each === (call.option('kind') ?? 'shortest'))
    if (kind === undefined)
      throw new UsageError(`Expected --kind to be ${KINDS.join(', ')}, got ${call.option('kind')}`, '--kind')
    const [to, most] = [call.option('to'), call.number('most', 1)]
    const samples = samplesOf(call)
    const found = pathsIn(machine, { kind, ...samples, ...(to !== undefined && { to }), ...(most !== undefined && { most }) })
    const { states, transitions } = coverage(machine, found.paths, samples)
    const share = ({ covered, missed }: typeof states): string => `${covered.length} of ${covered.length + missed.length}`
    const missed = [...states.missed, ...transitions.missed]
    return {
      data: { machine: machine.tag, paths: found.paths.map(dataOf), complete: found.complete, coverage: { states, transitions } },
      text: [
        ...found.paths.map(titleOf),
        '',
        `${counted(found.paths.length, 'path')}${found.complete ? '' : ', there are more'}; states ${share(states)}, transitions ${share(transitions)}`,
        ...(missed.length === 0 ? [] : [`missed: ${missed.join(', ')}`]),
      ].join('\n'),
    }
  },
}

function dataOf(path: MachinePath): object {
  const { start, steps } = path
  return {
    title: titleOf(path),
    start: start.snapshot.states,
    steps: steps.map(({ event, snapshot }) => ({ event, states: snapshot.states })),
  }
}
