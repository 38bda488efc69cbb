import type { EventObject } from '../event.ts'
import { pathOfState, pathOfTransition, transitionsOf } from '../location.ts'
import type { Machine } from '../machine.ts'
import { transitionsIn } from '../planning.ts'
import { type MachineTypes, opened } from '../snapshot.ts'
import type { ChartTransition } from '../state-table.ts'
import { isHistory } from '../state-table.ts'
import { compiled, initial, type Step, step } from '../step.ts'
import type { PathSurroundings } from './graph.ts'
import type { MachinePath } from './path.ts'

/** How much of one kind of part was met, by the paths of the parts in the definition. */
export interface Share {
  readonly covered: readonly string[]
  readonly missed: readonly string[]
}

/** How much of a machine was met. */
export interface Coverage {
  /** Histories left out: they are never stayed in. */
  readonly states: Share
  readonly transitions: Share
}

/**
 * Which states and transitions of a machine runs have met.
 * @param traces paths of this machine, or lists of events, each from the start
 * @throws invalid when a step of a list throws
 */
export function coverage<T extends MachineTypes>(
  machine: Machine<T>,
  traces: Iterable<MachinePath<T> | readonly T['events'][]>,
  { input, now = 0 }: Pick<PathSurroundings<T>, 'input' | 'now'> = {},
): Coverage {
  const chart = compiled(machine)
  const [states, transitions] = [new Set<number>(), new Set<ChartTransition>()]
  for (const trace of traces) {
    for (const each of isPath(trace) ? [trace.start, ...trace.steps] : run(machine, trace, input, now)) {
      for (const state of opened(each.snapshot).configuration.states) states.add(state)
      for (const transition of each.trace.flatMap(transitionsIn)) transitions.add(transition)
      for (const id of each.trace.flatMap(({ entered }) => entered)) states.add(chart.table.find(id)?.index ?? 0)
    }
  }
  const stayed = chart.table.all.filter(({ kind }) => !isHistory(kind)).map(({ index }) => index)
  return {
    states: shareOf(stayed, states, (state) => pathOfState(chart, state)),
    transitions: shareOf(transitionsOf(chart), transitions, (transition) => pathOfTransition(chart, transition)),
  }
}

function* run(machine: Machine, events: readonly EventObject[], input: unknown, now: number): Generator<Step> {
  let last = initial(machine, now, input)
  yield last
  for (const event of events) {
    last = step(last.snapshot, event, now)
    yield last
  }
}

function shareOf<Part>(all: readonly Part[], met: ReadonlySet<Part>, nameOf: (part: Part) => string): Share {
  return {
    covered: all.filter((part) => met.has(part)).map(nameOf),
    missed: all.filter((part) => !met.has(part)).map(nameOf),
  }
}

function isPath<T extends MachineTypes>(trace: MachinePath<T> | readonly T['events'][]): trace is MachinePath<T> {
  return !Array.isArray(trace)
}
