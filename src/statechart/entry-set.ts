import type { Block } from './blueprint.ts'
import type { Recall } from './memory.ts'
import type { Selection } from './selection.ts'
import { type ChartState, type ChartTransition, isHistory, type StateTable } from './state-table.ts'

/** Which states transitions enter. After SCXML 1.0, appendix D: computeEntrySet and the two procedures it calls. */
export class EntrySet {
  readonly states = new Set<number>()
  /** States entered through their initial transition, whose actions run after the state's own. */
  readonly byDefault = new Set<number>()
  /** Actions of histories that remembered nothing, by the state they lie in. */
  readonly historyContent = new Map<number, readonly Block[]>()
  readonly #table: StateTable
  readonly #selection: Selection
  readonly #recall: Recall

  constructor(table: StateTable, selection: Selection, recall: Recall) {
    this.#table = table
    this.#selection = selection
    this.#recall = recall
  }

  add(transition: ChartTransition): void {
    const domain = this.#selection.domain(transition)
    if (domain === undefined) return
    for (const target of transition.targets) {
      // A source that is not left is not entered either, not even when another transition leaves it.
      if (transition.internal && target === transition.source) this.#addBelow(this.#table.at(target))
      else this.addDown(target)
    }
    for (const target of this.#selection.effectiveTargets(transition)) this.#addUp(target, domain)
    if (domain >= 0 && this.#table.at(domain).kind === 'parallel') this.#addRegions(domain)
  }

  /** A state with what is entered along with it. */
  addDown(target: number): void {
    const state = this.#table.at(target)
    if (isHistory(state.kind)) this.#addRemembered(state)
    else this.#addState(state)
  }

  #addRemembered({ index, parent, initial }: ChartState): void {
    const remembered = this.#recall.of(index)
    if (remembered === undefined) this.historyContent.set(parent, initial?.blocks ?? [])
    this.#addAll(remembered ?? initial?.targets ?? [], parent)
  }

  #addState(state: ChartState): void {
    this.states.add(state.index)
    if (state.initial !== undefined) this.byDefault.add(state.index)
    this.#addBelow(state)
  }

  #addBelow({ index, kind, initial }: ChartState): void {
    if (kind === 'parallel') this.#addRegions(index)
    else if (initial !== undefined) this.#addAll(initial.targets, index)
  }

  #addAll(targets: readonly number[], within: number): void {
    for (const target of targets) this.addDown(target)
    for (const target of targets) this.#addUp(target, within)
  }

  #addUp(target: number, domain: number): void {
    for (const ancestor of this.#table.ancestors(target, domain)) {
      this.states.add(ancestor)
      if (this.#table.at(ancestor).kind === 'parallel') this.#addRegions(ancestor)
    }
  }

  #addRegions(parallel: number): void {
    for (const region of this.#table.at(parallel).children) {
      let isTouched = false
      for (const state of this.states) isTouched ||= state === region || this.#table.isBelow(state, region)
      if (!isTouched) this.addDown(region)
    }
  }
}
