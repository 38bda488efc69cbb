import { HoldfastError } from '../../core/index.ts'
import type { EventObject } from '../event.ts'
import type { Machine } from '../machine.ts'
import { incoming, replies } from '../sample.ts'
import type { MachineTypes, Snapshot } from '../snapshot.ts'
import { chanceOf } from './chance.ts'
import type { Chances, Occurrence, Outcome, Plot } from './script.ts'
import { type SimulatedStep, Stage } from './stage.ts'

/** The world a machine is simulated in. */
export interface SimulateOptions<T extends MachineTypes = MachineTypes> {
  /** Milliseconds since the Unix epoch to begin at; 0 unless said. */
  readonly now?: number
  readonly input?: T['input']
  /** How children that are no machines end by themselves, by what they are (`src`); others wait to be told. */
  readonly outcomes?: Readonly<Record<string, Outcome>>
  /** How many steps the machines may take together; beyond that the run has failed as `too_large`. Default: no end. */
  readonly most?: number
}

/** What happened. */
export interface Simulation<T extends MachineTypes = MachineTypes> {
  /** What was done, also where it was drawn by chance: the script that gives this run again. */
  readonly script: readonly Occurrence[]
  /** Steps of the machine and its children, in order. */
  readonly steps: readonly SimulatedStep[]
  /** Those of them whose event changed nothing. */
  readonly unhandled: readonly SimulatedStep[]
  /** Where the machine is at the end; undefined when it could not begin. */
  readonly snapshot: Snapshot<T> | undefined
  /** Milliseconds since the Unix epoch. */
  readonly now: number
  /** Why it ended early: the step that threw. */
  readonly failure: Error | undefined
}

/**
 * Runs a machine with its children, messages and timers under a virtual clock. Pure: the same arguments give the same run.
 * @throws invalid when a script speaks of a child that does not run
 */
export function simulate<T extends MachineTypes>(machine: Machine<T>, plot: Plot<T>, options?: SimulateOptions<T>): Simulation<T>
export function simulate(
  machine: Machine,
  plot: Plot,
  { now = 0, input, outcomes = {}, most = Number.POSITIVE_INFINITY }: SimulateOptions = {},
): Simulation {
  const stage = new Stage(now, outcomes, most)
  const script: Occurrence[] = []
  const failure =
    attempt(() => stage.start(machine, input)) ?? follow(stage, 'script' in plot ? plot.script : drawn(stage, plot), script)
  const { steps, snapshot } = stage
  return { script, steps, unhandled: steps.filter(({ handled }) => !handled), snapshot, now: stage.now, failure }
}

function follow(stage: Stage, occurrences: Iterable<Occurrence>, script: Occurrence[]): Error | undefined {
  for (const occurrence of occurrences) {
    stage.expect(occurrence)
    script.push(occurrence)
    const failure = attempt(() => stage.play(occurrence))
    if (failure !== undefined) return failure
  }
  return undefined
}

/** What may happen next, drawn each time from what may happen then; nothing any more once the machine is done. */
function* drawn(stage: Stage, { seed, steps, events = {}, answers = {} }: Chances): Generator<Occurrence> {
  const chance = chanceOf(seed)
  for (let i = 0; i < steps && stage.snapshot?.status === 'active'; i++) {
    const sent = incoming(stage.snapshot, events).map((send) => ({ send }))
    const told = replies(stage.snapshot, answers).flatMap((event) => reply(stage, event))
    const passes = stage.next === undefined ? [] : [{ wait: stage.next - stage.now }]
    const possible: Occurrence[] = [...sent, ...told, ...passes]
    const next = possible[chance(possible.length)]
    if (next === undefined) return
    yield next
  }
}

function reply(
  { waiting }: Stage,
  { invokeId, output, error }: EventObject & { invokeId?: string; output?: unknown; error?: unknown },
): Occurrence[] {
  if (invokeId === undefined || !waiting.includes(invokeId)) return []
  return [error === undefined ? { done: invokeId, output } : { fail: invokeId, error }]
}

function attempt(work: () => void): Error | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new HoldfastError('invalid', String(error), {})
  }
}
