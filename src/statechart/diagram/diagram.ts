import type { StateKind } from '../blueprint.ts'
import type { Microstep } from '../configuration.ts'
import { writeDescriptor } from '../descriptor.ts'
import type { Machine } from '../machine.ts'
import { transitionsIn } from '../planning.ts'
import { type ChartState, type ChartTransition, isHistory, type StateTable } from '../state-table.ts'
import { compiled } from '../step.ts'
import { triggerOf } from './trigger.ts'

/** A machine as plain JSON for whoever draws it: its states nested, its transitions in document order. */
export interface MachineDiagram {
  readonly id: string
  readonly version: string
  readonly tag: string
  readonly root: DiagramState
  readonly transitions: readonly DiagramTransition[]
}

/** A state, or a pseudo state: `initial` is the dot a compound state begins at. */
export interface DiagramState {
  /** Unique in the diagram. Of a state what snapshots name it by; of an initial dot that of its parent and `:initial`. */
  readonly id: string
  readonly kind: StateKind | 'initial'
  /** The last part of the id, as a reader calls the state. */
  readonly label: string
  readonly tags: readonly string[]
  readonly entry: readonly string[]
  readonly exit: readonly string[]
  readonly invokes: readonly DiagramInvoke[]
  readonly description?: string
  readonly instructions?: string
  readonly tools?: readonly string[]
  readonly children: readonly DiagramState[]
}

/** A child that runs while its state is active. */
export interface DiagramInvoke {
  readonly id?: string
  readonly src: string
}

/** A transition, or what leads on from a pseudo state. */
export interface DiagramTransition {
  readonly id: string
  readonly source: string
  /** None: actions only. Several: regions entered together. */
  readonly targets: readonly string[]
  /** Which events it is for, as definitions write them; none for eventless ones. */
  readonly events: readonly string[]
  /** The same in a reader's words: `order.paid`, `after 5m`, `done`, `error`; empty where there is nothing to wait for. */
  readonly trigger: string
  readonly guard?: string
  readonly actions: readonly string[]
  /** Milliseconds in digits, or the name of the delay. */
  readonly delay?: string
  readonly description?: string
  /** It ends where it began. */
  readonly self: boolean
  /** The source is not left. */
  readonly internal: boolean
}

/**
 * The diagram of a machine: of a definition, or of an imported document.
 * @throws invalid when the machine was not made by this package.
 */
export function diagramOf(machine: Machine): MachineDiagram {
  const { table } = compiled(machine)
  const { id, version, tag } = machine
  const root = { ...stateOf(table.at(0), table), label: id }
  return { id, version, tag, root, transitions: table.all.flatMap((one) => arrowsOf(one, table)) }
}

/** The transitions a microstep has taken, by their ids in the diagram: also those that read the same are told apart. */
export function idsOfTaken(microstep: Microstep): string[] {
  return transitionsIn(microstep).map(idOf)
}

function idOf({ index }: ChartTransition): string {
  return `t${index}`
}

function stateOf(state: ChartState, table: StateTable): DiagramState {
  const { id, kind, facts, invokes, children, histories } = state
  const { tags = [], entry = [], exit = [], description, instructions, tools } = facts
  const below = [...children, ...histories].sort((a, b) => a - b).map((child) => stateOf(table.at(child), table))
  return {
    ...{ id, kind, tags, entry, exit },
    label: labelOf(state, table),
    invokes: invokes.flatMap((invoke) => invoke.facts ?? []),
    ...(description !== undefined && { description }),
    ...(instructions !== undefined && { instructions }),
    ...(tools !== undefined && { tools }),
    children: beginsAt(state) ? [dotOf(id), ...below] : below,
  }
}

/** Keys joined by dots lose what the parent says already; ids of documents are no such paths. */
function labelOf({ id, parent }: ChartState, table: StateTable): string {
  if (parent < 0) return id
  const prefix = `${table.at(parent).id}.`
  return id.startsWith(prefix) ? id.slice(prefix.length) : id
}

function beginsAt({ kind, initial }: ChartState): boolean {
  return kind === 'compound' && initial !== undefined
}

function dotOf(parent: string): DiagramState {
  return { id: `${parent}:initial`, kind: 'initial', label: '', tags: [], entry: [], exit: [], invokes: [], children: [] }
}

function arrowsOf(state: ChartState, table: StateTable): DiagramTransition[] {
  const { initial, transitions } = state
  const own = transitions.map((one) => arrow(one, state, table))
  if (initial === undefined) return own
  if (beginsAt(state))
    return [{ ...arrow(initial, state, table), source: `${state.id}:initial`, internal: false, self: false }, ...own]
  return isHistory(state.kind) && !isAsTheParentBegins(initial, state, table)
    ? [{ ...arrow(initial, state, table), internal: false }, ...own]
    : own
}

/** Where a history leads that remembers nothing is worth a line only when it is not where its parent begins anyway. */
function isAsTheParentBegins({ targets }: ChartTransition, { parent }: ChartState, table: StateTable): boolean {
  const { kind, children, initial } = table.at(parent)
  const beginning = kind === 'parallel' ? children : (initial?.targets ?? [])
  return targets.length === beginning.length && targets.every((target) => beginning.includes(target))
}

function arrow(transition: ChartTransition, state: ChartState, table: StateTable): DiagramTransition {
  const { on, targets, internal, facts } = transition
  const { guard, actions = [], delay, description } = facts
  return {
    id: idOf(transition),
    source: state.id,
    targets: targets.map((target) => table.at(target).id),
    events: on.map(writeDescriptor),
    trigger: triggerOf(transition, state),
    ...(guard !== undefined && { guard }),
    actions,
    ...(delay !== undefined && { delay }),
    ...(description !== undefined && { description }),
    self: targets.includes(state.index),
    internal,
  }
}
