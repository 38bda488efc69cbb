import { writeDescriptor } from './descriptor.ts'
import { type MachineTypes, opened, type Snapshot } from './snapshot.ts'
import type { ChartState } from './state-table.ts'

/** States by their keys: `'paid'`, `'order.paid'`, or `{ order: 'paid', stock: { shelf: 'empty' } }` for several at once. */
export type StateValue = string | { readonly [key: string]: StateValue }

/** True when the states named are active, whatever is active below them. */
export function matches(snapshot: Snapshot, value: StateValue): boolean {
  const { chart, configuration } = opened(snapshot)
  return idsOf(value).every((id) => configuration.has(chart.table.find(id)?.index ?? -1))
}

/** The ids a state value names: keys joined by dots. */
export function idsOf(value: StateValue, prefix = ''): string[] {
  if (typeof value === 'string') return [prefix + value]
  return Object.entries(value).flatMap(([key, inner]) => [prefix + key, ...idsOf(inner, `${prefix}${key}.`)])
}

/** The types of events the active states have transitions for, guards left aside: as they are written, `order.*` included. */
export function nextEvents(snapshot: Snapshot): string[] {
  if (snapshot.status === 'done') return []
  return unique(active(snapshot).flatMap(({ transitions }) => transitions.flatMap(({ on }) => on.map(writeDescriptor))))
}

/** The ids of all active states, outer ones first; the root, which always is, is left out. */
export function activeStates(snapshot: Snapshot): string[] {
  return active(snapshot).flatMap(({ id, parent }) => (parent < 0 ? [] : [id]))
}

/** The tags of the active states. */
export function tagsOf(snapshot: Snapshot): string[] {
  return unique(active(snapshot).flatMap(({ facts }) => facts.tags ?? []))
}

/** True when an active state has the tag. */
export function hasTag<T extends MachineTypes>(snapshot: Snapshot<T>, tag: T['tags']): boolean {
  return active(snapshot).some(({ facts }) => facts.tags?.includes(tag))
}

/** What an agent is told in this moment: the instructions of the active states, outer ones first, a blank line between. */
export function instructions(snapshot: Snapshot): string {
  return active(snapshot)
    .flatMap(({ facts }) => facts.instructions ?? [])
    .join('\n\n')
}

/** The tools an agent may call in this moment: those of all active states; undefined when none of them says anything about tools. */
export function tools(snapshot: Snapshot): string[] | undefined {
  const lists = active(snapshot).flatMap(({ facts }) => (facts.tools === undefined ? [] : [facts.tools]))
  return lists.length === 0 ? undefined : unique(lists.flat())
}

/** True when an agent may call the tool in this moment: it is among `tools`, or nothing is said about tools. */
export function allowsTool(snapshot: Snapshot, name: string): boolean {
  return tools(snapshot)?.includes(name) ?? true
}

/** The `meta` of the active states that have one, by the id of the state. */
export function metaOf(snapshot: Snapshot): Readonly<Record<string, unknown>> {
  return Object.fromEntries(active(snapshot).flatMap(({ id, facts }) => (facts.meta === undefined ? [] : [[id, facts.meta]])))
}

/** The ids of the children that run. */
export function children(snapshot: Snapshot): string[] {
  return [...opened(snapshot).children.keys()]
}

function active(snapshot: Snapshot): ChartState[] {
  const { chart, configuration } = opened(snapshot)
  return configuration.states.map((index) => chart.table.at(index))
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)]
}
