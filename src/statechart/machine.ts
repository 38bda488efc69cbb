import type { Blueprint } from './blueprint.ts'
import { Chart } from './chart.ts'
import type { MachineTypes } from './snapshot.ts'

/** Where children come from: a machine, or `external` for what the runtime starts by name. */
export type ActorSource = Machine | 'external'

/** The names that a runtime gives implementations for. */
export interface MachineNames {
  readonly actors: string
  readonly effects: string
}

/** A machine that can be run: a definition or an imported document, compiled. */
export interface Machine<T extends MachineTypes = MachineTypes, N extends MachineNames = MachineNames> {
  readonly id: string
  readonly version: string
  /** `id@version#hash`: what a stored snapshot names. The hash is of states, transitions, events and targets. */
  readonly tag: string
  /** What its `invoke`s may start, by name. */
  readonly actors: Readonly<Record<string, ActorSource>>
  /** The names of the effects it may ask to perform. */
  readonly effects: readonly string[]
  /** Paths of the context that are not to be shown outside. */
  readonly secret?: readonly string[]
  /** Never there; it carries the types. */
  readonly '~types'?: T
  /** Never there; it carries the names. */
  readonly '~names'?: N
}

/** A machine as the engine works with it. */
export class CompiledMachine implements Machine {
  readonly id: string
  readonly version: string
  readonly actors: Readonly<Record<string, ActorSource>>
  readonly effects: readonly string[]
  readonly secret: readonly string[]
  readonly chart: Chart

  constructor(blueprint: Blueprint, actors: Readonly<Record<string, ActorSource>> = {}, effects: readonly string[] = []) {
    this.id = blueprint.id
    this.version = blueprint.version
    this.actors = actors
    this.effects = effects
    this.secret = blueprint.secret ?? []
    this.chart = new Chart(blueprint)
  }

  get tag(): string {
    return this.chart.tag
  }
}

/**
 * Makes a machine of a blueprint: what front ends such as importers end with. The blueprint is taken to be sound.
 * @param names what its children are, and what a runtime gives implementations for
 */
export function machineOf<T extends MachineTypes>(
  blueprint: Blueprint,
  {
    actors = {},
    effects = [],
  }: { readonly actors?: Readonly<Record<string, ActorSource>>; readonly effects?: readonly string[] } = {},
): Machine<T> {
  return new CompiledMachine(blueprint, actors, effects)
}

/** True for what `defineMachine` or a front end has made. */
export function isMachine(value: unknown): value is Machine {
  return value instanceof CompiledMachine
}
