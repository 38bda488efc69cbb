import type { Configuration } from './configuration.ts'
import type { Recall } from './memory.ts'
import { type ChartTransition, isHistory, type StateTable } from './state-table.ts'

/**
 * Which states transitions leave, and which transitions of a set can be taken together. After SCXML 1.0, appendix D:
 * getTransitionDomain, computeExitSet, removeConflictingTransitions.
 */
export class Selection {
  readonly #table: StateTable
  readonly #configuration: Configuration
  readonly #recall: Recall

  constructor(table: StateTable, configuration: Configuration, recall: Recall) {
    this.#table = table
    this.#configuration = configuration
    this.#recall = recall
  }

  /** Where two transitions would leave a state both, the one of the inner source wins, else the one selected first. */
  compatible(enabled: readonly ChartTransition[]): readonly ChartTransition[] {
    if (enabled.length === 1) return enabled
    let kept: ChartTransition[] = []
    for (const one of enabled) {
      const rivals = kept.filter((other) => this.#conflict(one, other))
      if (rivals.some((other) => !this.#table.isBelow(one.source, other.source))) continue
      kept = kept.filter((other) => !rivals.includes(other))
      kept.push(one)
    }
    return kept
  }

  #conflict(one: ChartTransition, other: ChartTransition): boolean {
    const exits = this.exits([other])
    for (const state of this.exits([one])) if (exits.has(state)) return true
    return false
  }

  /** The active states that are left. */
  exits(transitions: readonly ChartTransition[]): Set<number> {
    const left = new Set<number>()
    for (const transition of transitions) {
      const domain = this.domain(transition)
      if (domain === undefined) continue
      for (const state of this.#configuration.states) if (this.#table.isBelow(state, domain)) left.add(state)
    }
    return left
  }

  /** The state within which everything happens and which itself stays; -1 when even the root is left, undefined without targets. */
  domain(transition: ChartTransition): number | undefined {
    if (transition.targets.length === 0) return undefined
    if (transition.internal) return transition.source
    const targets = this.effectiveTargets(transition)
    for (const ancestor of this.#table.ancestors(transition.source)) {
      if (this.#table.at(ancestor).kind !== 'compound') continue
      if (targets.every((target) => this.#table.isBelow(target, ancestor))) return ancestor
    }
    return -1
  }

  /** The targets, with what histories remember in their place. */
  effectiveTargets({ targets }: Pick<ChartTransition, 'targets'>): readonly number[] {
    return targets.flatMap((target) => {
      const state = this.#table.at(target)
      if (!isHistory(state.kind)) return [target]
      return this.#recall.of(target) ?? (state.initial === undefined ? [] : this.effectiveTargets(state.initial))
    })
  }
}
