import { HoldfastError, type Issue } from '../core/index.ts'
import type { Chart } from './chart.ts'
import type { Microstep } from './configuration.ts'
import type { Effect } from './effect.ts'
import { type EventObject, INIT } from './event.ts'
import { CompiledMachine, type Machine } from './machine.ts'
import { Macrostep, NO_EFFECTS, NO_TRACE } from './macrostep.ts'
import { NO_MEMORY, Recall } from './memory.ts'
import { makeInitialPlan } from './planning.ts'
import { ChartSnapshot, type MachineTypes, NO_CHILDREN, opened, type Snapshot } from './snapshot.ts'

const NO_ISSUES: readonly Issue[] = Object.freeze([])

/** What came of one event. */
export interface Step<T extends MachineTypes = MachineTypes> {
  /** The very snapshot that was given, when nothing happened. */
  readonly snapshot: Snapshot<T>
  /** The work to do, in this order. */
  readonly effects: readonly Effect[]
  /** What was left and entered, microstep by microstep. */
  readonly trace: readonly Microstep[]
}

/**
 * Enters a machine: entry actions run, eventless transitions are followed until it rests.
 * @param now milliseconds since the Unix epoch; deadlines are counted from it
 * @throws invalid when a guard or an action throws and no transition takes `error.execution`, or when the machine never rests
 */
export function initial<T extends MachineTypes>(machine: Machine<T>, now: number, input?: T['input']): Step<T> {
  const chart = compiled(machine)
  const nowhere = chart.configuration([])
  const before = new ChartSnapshot(chart, nowhere, chart.blueprint.context(input), 'active', NO_MEMORY, NO_CHILDREN, undefined)
  const run = new Macrostep(before, INIT, now)
  run.apply(makeInitialPlan(chart, nowhere, new Recall(NO_MEMORY)))
  run.settle()
  return run.outcome()
}

/**
 * What `event` does to a machine: one macrostep of SCXML 1.0, appendix D. Pure: the same arguments give the same result, and what is
 * to be done in the world is returned as effects.
 * @param now milliseconds since the Unix epoch; deadlines are counted from it
 * @throws invalid when a guard or an action throws and no transition takes `error.execution`, when the machine never rests, or when the
 * event does not fit its schema; too_large when a limit of the machine's expressions is passed
 */
export function step<T extends MachineTypes>(snapshot: Snapshot<T>, event: T['events'], now: number): Step<T>
export function step(snapshot: Snapshot, event: EventObject, now: number): Step {
  const before = opened(snapshot)
  if (before.status === 'done') return unchanged(before)
  const issues = examined(before, event)
  if (issues.length > 0) refuse(before, event, issues)
  const run = new Macrostep(before, event, now)
  if (before.children.size > 0) run.hear(event)
  if (!run.take(event) && run.untouched) return unchanged(before)
  run.settle()
  return run.outcome()
}

/**
 * True when the event would be taken: it fits its schema, and some transition for it is enabled. A guard that throws counts as false.
 * @param now milliseconds since the Unix epoch, for guards that look at it
 */
export function can<T extends MachineTypes>(snapshot: Snapshot<T>, event: T['events'], now: number): boolean
export function can(snapshot: Snapshot, event: EventObject, now: number): boolean {
  const before = opened(snapshot)
  if (before.status !== 'active' || examined(before, event).length > 0) return false
  return new Macrostep(before, event, now).enables(event)
}

function examined({ chart }: ChartSnapshot, event: EventObject): readonly Issue[] {
  return chart.blueprint.examine?.(event) ?? NO_ISSUES
}

function refuse({ chart }: ChartSnapshot, { type }: EventObject, issues: readonly Issue[]): never {
  const lines = issues.map(({ path, message }) => `  ${path}: ${message}`)
  throw new HoldfastError(
    'invalid',
    `Machine ${chart.blueprint.id} cannot take the event ${JSON.stringify(type)}:\n${lines.join('\n')}`,
    { path: 'event', issues },
  )
}

/** @throws invalid when the machine was not made by this package. */
export function compiled(machine: Machine): Chart {
  if (machine instanceof CompiledMachine) return machine.chart
  throw new HoldfastError('invalid', 'Expected a machine from defineMachine or an import', { path: 'machine' })
}

function unchanged(snapshot: ChartSnapshot): Step {
  return { snapshot, effects: NO_EFFECTS, trace: NO_TRACE }
}
