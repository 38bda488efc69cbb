import { HoldfastError, type Issue } from '../../core/index.ts'
import type { EventObject } from '../event.ts'
import { type MachineTypes, opened, type Snapshot } from '../snapshot.ts'
import { endOf, type MachinePath, titleOf } from './path.ts'

/** How a machine's events are done to something real, and its states are seen in it. */
export interface Implementation<Subject> {
  /** Makes a fresh subject for each test. */
  readonly start: () => Subject | Promise<Subject>
  /** By the type of event: does it. */
  readonly events: { readonly [type: string]: (subject: Subject, event: EventObject) => unknown }
  /** By the id of state: throws unless the subject is in it. Called for each active state that has one, outer ones first. */
  readonly states: { readonly [id: string]: (subject: Subject, snapshot: Snapshot) => unknown }
}

/** A test for any runner: `for (const { title, run } of testsOf(...)) test(title, run)`. */
export interface Trial<T extends MachineTypes = MachineTypes> {
  readonly title: string
  readonly path: MachinePath<T>
  /** @throws what the implementation throws, as the cause of an error that says after which events */
  readonly run: () => Promise<void>
}

/**
 * Tests of an implementation, one for each path: the events are done to it, and after each the states are looked for in it.
 * @throws invalid with all findings at once when an event of a path cannot be done, a state is not one of the machine's, or the end of
 * a path is not looked at, so that its test could not fail there
 */
export function testsOf<T extends MachineTypes, Subject>(
  paths: readonly MachinePath<T>[],
  implementation: Implementation<Subject>,
): Trial<T>[] {
  const issues = paths.flatMap((path) => gaps(path, implementation))
  if (issues.length > 0) {
    const unique = [...new Map(issues.map((issue) => [issue.path, issue])).values()]
    const lines = unique.map(({ path, message }) => `  ${path}: ${message}`)
    throw new HoldfastError('invalid', `The implementation does not fit the paths:\n${lines.join('\n')}`, { issues: unique })
  }
  return paths.map((path) => ({ title: titleOf(path), path, run: () => walk(path, implementation) }))
}

function gaps(path: MachinePath, { events, states }: Pick<Implementation<never>, 'events' | 'states'>): Issue[] {
  const { table } = opened(path.start.snapshot).chart
  const undone = path.steps.filter(({ event }) => !Object.hasOwn(events, event.type))
  const strange = Object.keys(states).filter((id) => table.find(id) === undefined)
  const unseen = activeIds(endOf(path).snapshot).some((id) => Object.hasOwn(states, id))
    ? []
    : [endOf(path).snapshot.states.join(' + ')]
  return [
    ...undone.map(({ event }) => ({ path: `events.${event.type}`, message: 'expected a function that does this event' })),
    ...strange.map((id) => ({ path: `states.${id}`, message: 'the machine has no such state' })),
    ...unseen.map((id) => ({ path: `states.${id}`, message: 'expected a function that looks for it, or for a state around it' })),
  ]
}

async function walk<Subject>({ start, steps }: MachinePath, implementation: Implementation<Subject>): Promise<void> {
  const subject = await implementation.start()
  const done: string[] = []
  await look(subject, start.snapshot, implementation, done)
  for (const { event, snapshot } of steps) {
    done.push(event.type)
    await attempt(`${event.type} failed`, done, () => implementation.events[event.type]?.(subject, event))
    await look(subject, snapshot, implementation, done)
  }
}

async function look<Subject>(
  subject: Subject,
  snapshot: Snapshot,
  { states }: Implementation<Subject>,
  done: readonly string[],
): Promise<void> {
  for (const id of activeIds(snapshot)) {
    if (Object.hasOwn(states, id)) await attempt(`expected state ${id}`, done, () => states[id]?.(subject, snapshot))
  }
}

async function attempt(what: string, done: readonly string[], work: () => unknown): Promise<void> {
  try {
    await work()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const when = done.length === 0 ? 'at the start' : `after ${done.join(', ')}`
    throw new HoldfastError('invalid', `${what} ${when}: ${reason}`, { path: done.join('.') }, { cause: error })
  }
}

function activeIds(snapshot: Snapshot): string[] {
  const { chart, configuration } = opened(snapshot)
  return configuration.states.map((index) => chart.table.at(index).id)
}
