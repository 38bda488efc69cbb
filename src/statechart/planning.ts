import type { Block } from './blueprint.ts'
import type { Chart } from './chart.ts'
import type { Completion, Configuration, Microstep, Plan, Visit } from './configuration.ts'
import { writeDescriptor } from './descriptor.ts'
import { EntrySet } from './entry-set.ts'
import type { Recall } from './memory.ts'
import { Selection } from './selection.ts'
import type { ChartState, ChartTransition, StateTable } from './state-table.ts'

/** Works out what taking `enabled` in `from` means: the states left and entered, what runs in which order, what is completed. */
export function makePlan(chart: Chart, from: Configuration, enabled: readonly ChartTransition[], recall: Recall): Plan {
  const selection = new Selection(chart.table, from, recall)
  const taken = selection.compatible(enabled)
  const exited = selection.exits(taken)
  const leaving = [...exited].sort(ascending).reverse()
  const recorded = leaving.flatMap((index) => memories(chart.table, from, chart.table.at(index)))
  // What is entered may already depend on what is remembered from this very exit.
  const after = recall.with(recorded)
  const entering = new EntrySet(chart.table, new Selection(chart.table, from, after), after)
  for (const transition of taken) entering.add(transition)
  return assemble(chart, from, { taken, leaving, recorded }, entering)
}

/** A microstep is shown and stored by names; which transitions they were is known beside it, as two may read the same. */
const takenIn = new WeakMap<Microstep, readonly ChartTransition[]>()

/** The transitions taken in a microstep of this process; none for one that was stored. */
export function transitionsIn(microstep: Microstep): readonly ChartTransition[] {
  return takenIn.get(microstep) ?? []
}

/** The entry into a machine that is not running yet. */
export function makeInitialPlan(chart: Chart, nowhere: Configuration, recall: Recall): Plan {
  const selection = new Selection(chart.table, nowhere, recall)
  const entering = new EntrySet(chart.table, selection, recall)
  entering.addDown(0)
  return assemble(chart, nowhere, { taken: [], leaving: [], recorded: [] }, entering)
}

interface Departure {
  readonly taken: readonly ChartTransition[]
  readonly leaving: readonly number[]
  readonly recorded: Plan['recorded']
}

function assemble(chart: Chart, from: Configuration, { taken, leaving, recorded }: Departure, entering: EntrySet): Plan {
  const { table } = chart
  const stays = from.states.filter((state) => !leaving.includes(state))
  const entered = [...entering.states].filter((state) => !stays.includes(state)).sort(ascending)
  const exit = leaving.map((index) => visit(table.at(index), table.at(index).exit, undefined))
  const entry = entryVisits(table, stays, entered, entering)
  const content = taken.flatMap(({ blocks }) => blocks).filter(isBusy)
  const trace = Object.freeze([describe(table, taken, leaving, entered)] as const)
  takenIn.set(trace[0], taken)
  const next = chart.configuration([...stays, ...entered].sort(ascending))
  const quiet = content.length === 0 && [...exit, ...entry].every(isQuiet)
  return { exit, content, entry, recorded, next, quiet, trace }
}

function entryVisits(table: StateTable, stays: readonly number[], entered: readonly number[], set: EntrySet): Visit[] {
  const active = new Set(stays)
  return entered.map((index) => {
    active.add(index)
    const state = table.at(index)
    const initial = set.byDefault.has(index) ? (state.initial?.blocks ?? []) : []
    const blocks = [...state.entry, ...initial, ...(set.historyContent.get(index) ?? [])]
    return visit(state, blocks, state.kind === 'final' ? completion(table, active, state) : undefined)
  })
}

function visit(state: ChartState, blocks: readonly Block[], completes: Completion | undefined): Visit {
  return { state, blocks: blocks.filter(isBusy), completes }
}

/** SCXML 1.0, 3.7: the parent is done, and with it each parallel state above whose regions are all in final states. */
function completion(table: StateTable, active: ReadonlySet<number>, final: ChartState): Completion {
  const ids: string[] = []
  let at = final.parent
  const carries = at > 0 && table.at(at).kind === 'compound'
  if (carries) ids.push(table.at(at).id)
  if (table.at(at).kind === 'compound') {
    if (at === 0) return { ids, carries, whole: true }
    at = table.at(at).parent
  }
  while (at >= 0 && table.at(at).kind === 'parallel' && isComplete(table, active, at)) {
    if (at === 0) return { ids, carries, whole: true }
    ids.push(table.at(at).id)
    at = table.at(at).parent
  }
  return { ids, carries, whole: false }
}

function isComplete(table: StateTable, active: ReadonlySet<number>, index: number): boolean {
  const { kind, children } = table.at(index)
  if (kind === 'parallel') return children.every((child) => isComplete(table, active, child))
  if (kind === 'compound') return children.some((child) => active.has(child) && table.at(child).kind === 'final')
  return kind === 'final' && active.has(index)
}

function memories(table: StateTable, from: Configuration, state: ChartState): (readonly [number, readonly number[]])[] {
  return state.histories.map((history) => {
    const isDeep = table.at(history).kind === 'deep'
    const kept = isDeep
      ? from.leaves.filter((leaf) => table.isBelow(leaf, state.index))
      : state.children.filter((child) => from.has(child))
    return [history, kept] as const
  })
}

function describe(
  table: StateTable,
  taken: readonly ChartTransition[],
  exited: readonly number[],
  entered: readonly number[],
): Microstep {
  const names = (indices: readonly number[]): string[] => indices.map((index) => table.at(index).id)
  const transitions = taken.map(({ source, on, targets }) => {
    return `${names([source])} --${on.map(writeDescriptor).join(' ')}--> ${names(targets).join(' ')}`.trimEnd()
  })
  return Object.freeze({ transitions, exited: names(exited), entered: names(entered) })
}

function isBusy(block: Block): boolean {
  return block.length > 0
}

function isQuiet({ state, blocks, completes }: Visit): boolean {
  return blocks.length === 0 && state.invokes.length === 0 && completes === undefined
}

function ascending(a: number, b: number): number {
  return a - b
}
