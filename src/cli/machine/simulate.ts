import { fromTagged } from '../../core/index.ts'
import { type Occurrence, type Plot, simulate as run, type SimulatedStep, type Simulation } from '../../statechart/index.ts'
import type { Call } from '../call.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { table } from '../table.ts'
import { UsageError } from '../usage-error.ts'
import { sampleOptions, samplesOf } from './samples.ts'
import { jsonIn, machineNamed, sourceOptions } from './source.ts'

const DEFAULT_STEPS = 20
/** A machine may go on for ever; a run does not. */
const MOST_STEPS = 100_000

export const simulate: Command = {
  name: 'machine simulate',
  summary: 'run a statechart under a virtual clock, by a script or by chance',
  arguments: [{ name: 'FILE|ID' }],
  options: {
    script: { value: 'FILE', help: 'what happens: [{ send: { type } }, { wait: ms }, { done: child, output }, { fail: child }]' },
    seed: { value: 'N', help: 'let chance decide; the same seed gives the same run' },
    steps: { value: 'N', help: `how many things happen by chance; default ${DEFAULT_STEPS}` },
    ...sampleOptions,
    ...sourceOptions,
  },
  examples: ['machine simulate order.json --seed 7', 'machine simulate order.json --script run.json --input \'{"due":10}\''],
  next: 'machine check order.json',
  async run(call) {
    const machine = await machineNamed(call, call.place(0))
    const { input, ...samples } = samplesOf(call)
    const found = run(machine, plotOf(call, samples), { input, most: MOST_STEPS })
    const { script, unhandled, snapshot, failure } = found
    return {
      data: {
        machine: machine.tag,
        script,
        steps: found.steps.map(dataOf),
        unhandled: unhandled.length,
        end: snapshot && { states: snapshot.states, status: snapshot.status, context: snapshot.context, output: snapshot.output },
        failure: failure?.message ?? null,
      },
      text: shown(call, found),
      exit: failure === undefined ? exitCodes.ok : exitCodes.failure,
    }
  },
}

function plotOf(call: Call, samples: object): Plot {
  const file = call.option('script')
  if (file === undefined)
    return { seed: call.number('seed', 0) ?? 1, steps: call.number('steps', 1) ?? DEFAULT_STEPS, ...samples }
  const script = fromTagged(jsonIn(file))
  if (Array.isArray(script)) return { script: script as Occurrence[] }
  throw new UsageError(`Expected ${file} to hold a list of what happens`, '--script')
}

function shown(call: Call, { steps, snapshot, failure, now }: Simulation): string {
  const { paint, io } = call
  const rows = steps.map(({ at, actor, event, handled, trace, snapshot: then }) => [
    `${at} ms`,
    actor || '-',
    event?.type ?? 'start',
    handled ? then.states.join(' ') : 'nothing takes it',
    trace.flatMap(({ transitions }) => transitions).join(', ') || '-',
  ])
  const columns = io.stdout.isTTY ? io.stdout.columns : 240
  const end = failure
    ? paint('red', `failed: ${failure.message}`)
    : `${snapshot?.status} in ${snapshot?.states.join(' ')} after ${now} ms`
  return `${table(['time', 'child', 'event', 'states', 'transitions'], rows, paint, columns)}\n\n${end}`
}

function dataOf({ at, actor, event, handled, trace, snapshot, effects }: SimulatedStep): object {
  const transitions = trace.flatMap((microstep) => microstep.transitions)
  return { at, actor, event: event ?? null, handled, transitions, states: snapshot.states, effects }
}
