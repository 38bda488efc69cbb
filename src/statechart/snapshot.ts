import { HoldfastError } from '../core/index.ts'
import type { Chart } from './chart.ts'
import type { Configuration } from './configuration.ts'
import type { Memory } from './memory.ts'

/** What a machine is about: the types a definition declares. */
export interface MachineTypes {
  readonly context: unknown
  readonly events: { readonly type: string }
  readonly input: unknown
  readonly output: unknown
  readonly tags: string
}

/** `active`: reacts to events. `done`: as a whole in a final state; nothing changes it any more. */
export type Status = 'active' | 'done'

/** One moment of one machine, between two steps. Immutable; `encode` gives the form to be stored. */
export interface Snapshot<T extends MachineTypes = MachineTypes> {
  readonly status: Status
  readonly context: T['context']
  /** What the machine hands over, once it is done. */
  readonly output: T['output'] | undefined
  /** The ids of the innermost active states, in document order: keys joined by dots. */
  readonly states: readonly string[]
  /** Never there; it lets the compiler tell snapshots of different machines apart. */
  readonly '~types'?: T
}

/** A child that runs: which `invoke` of which state started it. */
export interface RunningChild {
  readonly state: number
  readonly nth: number
}

/** The children that run, by id. Replaced as a whole, never changed. */
export type Children = ReadonlyMap<string, RunningChild>

/** No child runs. */
export const NO_CHILDREN: Children = new Map()

/** A snapshot as the engine works with it. */
export class ChartSnapshot implements Snapshot {
  readonly chart: Chart
  readonly configuration: Configuration
  readonly context: unknown
  readonly status: Status
  readonly memory: Memory
  readonly children: Children
  readonly output: unknown

  constructor(
    chart: Chart,
    configuration: Configuration,
    context: unknown,
    status: Status,
    memory: Memory,
    children: Children,
    output: unknown,
  ) {
    this.chart = chart
    this.configuration = configuration
    this.context = context
    this.status = status
    this.memory = memory
    this.children = children
    this.output = output
  }

  get states(): readonly string[] {
    const { stored } = this.configuration
    return typeof stored === 'string' ? [stored] : stored
  }
}

/**
 * The engine's view of a snapshot.
 * @throws invalid when it was not made by `initial`, `step` or `restore`.
 */
export function opened(snapshot: Snapshot): ChartSnapshot {
  if (snapshot instanceof ChartSnapshot) return snapshot
  throw new HoldfastError(
    'invalid',
    'Expected a snapshot from initial, step or restore; a stored one goes through restore first',
    {
      path: 'snapshot',
    },
  )
}
