import type { EventObject } from '../event.ts'
import type { MachineTypes } from '../snapshot.ts'
import type { Step } from '../step.ts'

/** One event on a path, with all that came of it. */
export interface PathStep<T extends MachineTypes = MachineTypes> extends Step<T> {
  readonly event: EventObject
}

/** A way through a machine: what it begins with, then event by event. */
export interface MachinePath<T extends MachineTypes = MachineTypes> {
  readonly start: Step<T>
  readonly steps: readonly PathStep<T>[]
}

/** The last moment of a path. */
export function endOf<T extends MachineTypes>({ start, steps }: MachinePath<T>): Step<T> {
  return steps.at(-1) ?? start
}

/** The path in words: `paid via PAY, SHIP`. */
export function titleOf(path: MachinePath): string {
  const where = endOf(path).snapshot.states.join(' + ')
  return path.steps.length === 0
    ? `${where} at the start`
    : `${where} via ${path.steps.map(({ event }) => event.type).join(', ')}`
}
