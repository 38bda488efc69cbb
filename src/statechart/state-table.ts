import type {
  Block,
  Descriptor,
  InvokeBlueprint,
  Scope,
  StateBlueprint,
  StateFacts,
  StateKind,
  Test,
  TimerBlueprint,
  TransitionBlueprint,
  TransitionFacts,
} from './blueprint.ts'

/** A compiled state. States are numbered in document order, so "lies below" is a range of numbers. */
export interface ChartState {
  readonly index: number
  readonly id: string
  readonly kind: StateKind
  /** -1 for the root. */
  readonly parent: number
  /** One past the last state below this one. */
  readonly end: number
  /** Histories left out. */
  readonly children: readonly number[]
  readonly histories: readonly number[]
  readonly initial: ChartTransition | undefined
  readonly transitions: readonly ChartTransition[]
  readonly entry: readonly Block[]
  readonly exit: readonly Block[]
  readonly invokes: readonly InvokeBlueprint[]
  readonly timers: readonly TimerBlueprint[]
  readonly output: ((scope: Scope) => unknown) | undefined
  readonly facts: StateFacts
}

/** A compiled transition. */
export interface ChartTransition {
  /** Unique in the machine, in document order. */
  readonly index: number
  readonly source: number
  readonly on: readonly Descriptor[]
  readonly test: Test | undefined
  readonly targets: readonly number[]
  readonly internal: boolean
  readonly blocks: readonly Block[]
  /** Where it stands in the definition. */
  readonly path: string | undefined
  readonly facts: TransitionFacts
}

/** The states of a machine by number and by id. */
export class StateTable {
  readonly all: readonly ChartState[]
  readonly #byId: ReadonlyMap<string, ChartState>

  constructor(root: StateBlueprint) {
    const drafts: Draft[] = []
    number(root, -1, drafts)
    this.#byId = new Map(drafts.map((state) => [state.id, state]))
    connect(drafts, this.#byId)
    this.all = drafts
  }

  find(id: string): ChartState | undefined {
    return this.#byId.get(id)
  }

  at(index: number): ChartState {
    // Numbers are only ever made by this table.
    return this.all[index] as ChartState
  }

  /** True when `state` lies below `ancestor`; -1 stands for what is above the root. */
  isBelow(state: number, ancestor: number): boolean {
    return ancestor < 0 || (state > ancestor && state < this.at(ancestor).end)
  }

  /** From the parent up to, and without, `limit`. */
  *ancestors(state: number, limit = -1): Generator<number> {
    for (let at = this.at(state).parent; at > limit; at = this.at(at).parent) yield at
  }
}

/** True for pseudo states that remember. */
export function isHistory(kind: StateKind): boolean {
  return kind === 'shallow' || kind === 'deep'
}

interface Draft extends Omit<ChartState, 'end' | 'initial' | 'transitions'> {
  readonly blueprint: StateBlueprint
  end: number
  readonly children: number[]
  readonly histories: number[]
  initial: ChartTransition | undefined
  transitions: ChartTransition[]
}

function number(blueprint: StateBlueprint, parent: number, drafts: Draft[]): void {
  const { id, kind, entry, exit, invokes, timers = [], output, facts } = blueprint
  const index = drafts.length
  const own = { index, id, kind, parent, end: index, entry, exit, invokes, timers, output, facts, blueprint }
  const draft: Draft = { ...own, children: [], histories: [], initial: undefined, transitions: [] }
  drafts.push(draft)
  for (const child of blueprint.children) {
    const list = isHistory(child.kind) ? draft.histories : draft.children
    list.push(drafts.length)
    number(child, index, drafts)
  }
  draft.end = drafts.length
}

/** Targets are known only when every state has its number. */
function connect(drafts: readonly Draft[], byId: ReadonlyMap<string, ChartState>): void {
  let index = 0
  const compile = (source: number, blueprint: TransitionBlueprint): ChartTransition => {
    const { on, test, targets, internal, blocks, path, facts = {} } = blueprint
    const numbers = targets.map((id) => byId.get(id)?.index ?? 0)
    return { index: index++, source, on, test, targets: numbers, internal, blocks, path, facts }
  }
  for (const draft of drafts) {
    const { initial, transitions } = draft.blueprint
    draft.transitions = transitions.map((transition) => compile(draft.index, transition))
    if (initial !== undefined) draft.initial = compile(draft.index, { on: [], internal: true, ...initial })
  }
}
