import { fromTagged, HoldfastError, type Json, toTagged } from '../core/index.ts'
import type { Chart } from './chart.ts'
import type { Configuration } from './configuration.ts'
import type { Machine } from './machine.ts'
import { type Memory, NO_MEMORY } from './memory.ts'
import { ChartSnapshot, type Children, type MachineTypes, NO_CHILDREN, opened, type Snapshot } from './snapshot.ts'
import { compiled } from './step.ts'

/**
 * A snapshot as plain JSON: a list, because thousands are stored. It names states, not numbers, and the machine with version and
 * structure, so that a change of either is noticed.
 */
export type StoredSnapshot = readonly [
  /** `id@version#hash` */
  machine: string,
  /** The innermost active states. */
  states: string | readonly string[],
  /** Left out when empty. Values richer than JSON are tagged, as everywhere in Holdfast. */
  context?: Json,
  /** Left out when empty. */
  more?: StoredDetails,
]

/** What only some snapshots have to say. */
export interface StoredDetails {
  readonly status?: 'done'
  readonly output?: Json
  /** What history states remember, by id. */
  readonly history?: { readonly [id: string]: readonly string[] }
  /** Children that run: the state that invoked them, and which of its invokes. */
  readonly children?: { readonly [id: string]: readonly [state: string, nth: number] }
}

/**
 * The form to be stored; `JSON.stringify` and back loses nothing.
 * @throws invalid when the context holds what cannot be stored (functions, class instances, cycles); `details.path` says where
 */
export function encode(snapshot: Snapshot): StoredSnapshot {
  const { chart, configuration, context, status, output, memory, children } = opened(snapshot)
  const json = isEmpty(context) ? undefined : toTagged(context, ['context']).json
  if (status === 'active' && memory.size === 0 && children.size === 0) {
    return json === undefined ? [chart.tag, configuration.stored] : [chart.tag, configuration.stored, json]
  }
  const more: StoredDetails = {
    ...(status === 'done' && { status }),
    ...(output !== undefined && { output: toTagged(output, ['output']).json }),
    ...(memory.size > 0 && { history: encodeMemory(chart, memory) }),
    ...(children.size > 0 && { children: encodeChildren(chart, children) }),
  }
  return [chart.tag, configuration.stored, json ?? {}, more]
}

/**
 * The snapshot that was stored.
 * @throws needs_migration when it is of another version, or of another structure, of the machine
 * @throws invalid when it is of another machine; corrupt when it cannot be one of its snapshots
 */
export function restore<T extends MachineTypes>(machine: Machine<T>, stored: StoredSnapshot): Snapshot<T> {
  const chart = compiled(machine)
  const [tag, states, json, more] = stored
  if (tag !== chart.tag) refuse(chart, tag)
  const configuration = chart.named(states) ?? corrupt(chart, `active states ${JSON.stringify(states)}`)
  const context = json === undefined ? {} : fromTagged(json)
  if (more === undefined) return new ChartSnapshot(chart, configuration, context, 'active', NO_MEMORY, NO_CHILDREN, undefined)
  const output = more.output === undefined ? undefined : fromTagged(more.output)
  const memory = more.history === undefined ? NO_MEMORY : decodeMemory(chart, more.history)
  const children = more.children === undefined ? NO_CHILDREN : decodeChildren(chart, configuration, more.children)
  return new ChartSnapshot(chart, configuration, context, more.status ?? 'active', memory, children, output)
}

function encodeMemory(chart: Chart, memory: Memory): Record<string, string[]> {
  const names = (states: readonly number[]): string[] => states.map((index) => chart.table.at(index).id)
  return Object.fromEntries([...memory].map(([history, states]) => [chart.table.at(history).id, names(states)]))
}

function decodeMemory(chart: Chart, stored: NonNullable<StoredDetails['history']>): Memory {
  const number = (id: string): number => chart.table.find(id)?.index ?? corrupt(chart, `history of ${id}`)
  return new Map(Object.entries(stored).map(([history, ids]) => [number(history), ids.map(number)]))
}

function encodeChildren(chart: Chart, children: Children): Record<string, [string, number]> {
  return Object.fromEntries([...children].map(([id, { state, nth }]) => [id, [chart.table.at(state).id, nth]]))
}

function decodeChildren(chart: Chart, { states }: Configuration, stored: NonNullable<StoredDetails['children']>): Children {
  const entries = Object.entries(stored).map(([id, [name, nth]]) => {
    const state = chart.table.find(name)
    const fits = state !== undefined && states.includes(state.index) && state.invokes[nth] !== undefined
    return [id, fits ? { state: state.index, nth } : corrupt(chart, `child ${id}`)] as const
  })
  return new Map(entries)
}

function isEmpty(context: unknown): boolean {
  if (typeof context !== 'object' || context === null || Object.getPrototypeOf(context) !== Object.prototype) return false
  for (const _ in context) return false
  return true
}

function refuse({ tag, blueprint }: Chart, of: unknown): never {
  if (typeof of !== 'string' || !of.startsWith(`${blueprint.id}@`)) {
    throw new HoldfastError('invalid', `Expected a snapshot of machine ${blueprint.id}, got one of ${JSON.stringify(of)}`, {
      path: 'of',
    })
  }
  throw new HoldfastError(
    'needs_migration',
    `The snapshot is of ${of}, this is ${tag}: keep the old definition for it, or map its states to the new ones`,
    { stored: of, supported: tag },
  )
}

function corrupt({ tag }: Chart, what: string): never {
  throw new HoldfastError('corrupt', `The snapshot names ${what}, which ${tag} cannot have: it was changed after it was stored`, {
    key: 'snapshot',
  })
}
