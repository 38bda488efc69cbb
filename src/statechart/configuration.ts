import type { Block } from './blueprint.ts'
import { covers } from './descriptor.ts'
import type { ChartState, ChartTransition, StateTable } from './state-table.ts'

/** Events of more types than this, as only a stranger sends, are not remembered. */
const MOST_TYPES = 512

/** Guards of many regions may combine in more ways than are worth keeping. */
const MOST_PLANS = 4096

/** The transitions that may be taken on one type of event in one configuration. */
export interface Candidates {
  /** One list for each atomic state that has any, in document order: its own transitions first, then those of its ancestors. */
  readonly groups: readonly (readonly ChartTransition[])[]
  /** True when a guard has a say. */
  readonly guarded: boolean
  /** What happens, where neither a guard nor a history has a say; found when first asked for. */
  plan: Plan | undefined
}

/** What a microstep did, by the names of states. */
export interface Microstep {
  /** `source --event--> targets`, for each transition taken; none for the entry into the machine. */
  readonly transitions: readonly string[]
  /** In the order they were left: the innermost first. */
  readonly exited: readonly string[]
  /** In the order they were entered. */
  readonly entered: readonly string[]
}

/** All that follows from taking certain transitions in a certain configuration, save what actions and guards decide. */
export interface Plan {
  readonly exit: readonly Visit[]
  /** The actions of the transitions, between leaving and entering. */
  readonly content: readonly Block[]
  readonly entry: readonly Visit[]
  /** What histories remember from now on. */
  readonly recorded: readonly (readonly [history: number, states: readonly number[]])[]
  readonly next: Configuration
  /** True when nothing is to be run: no action, no child, no done event. */
  readonly quiet: boolean
  readonly trace: readonly [Microstep]
}

/** A state that is left or entered, with what runs meanwhile. */
export interface Visit {
  readonly state: ChartState
  readonly blocks: readonly Block[]
  readonly completes: Completion | undefined
}

/** What the entry of a final state completes. */
export interface Completion {
  /** States of which `done.state.<id>` is raised, in that order; the first carries the output of the final state if `carries`. */
  readonly ids: readonly string[]
  readonly carries: boolean
  /** The machine as a whole is done. */
  readonly whole: boolean
}

/** What is known of a set of transitions taken together. From the empty set, each transition added leads one node on. */
export interface PlanNode {
  readonly enabled: readonly ChartTransition[]
  plan: Plan | undefined
  readonly next: Map<number, PlanNode>
}

/** A set of states that are active together, and what was found out about it. To its users it never changes. */
export class Configuration {
  /** In document order, the root first. */
  readonly states: readonly number[]
  /** Those without children. */
  readonly leaves: readonly number[]
  /** Ids of the leaves as they are stored: one alone, or a list. */
  readonly stored: string | readonly string[]
  readonly eventless: Candidates | undefined
  /** Where the search for a plan begins. */
  readonly plans: PlanNode = { enabled: [], plan: undefined, next: new Map() }
  #planCount = 0
  readonly #table: StateTable
  readonly #active: Uint8Array
  readonly #byType = new Map<string, Candidates | undefined>()

  constructor(table: StateTable, states: readonly number[]) {
    this.#table = table
    this.states = states
    this.leaves = states.filter((index) => table.at(index).children.length === 0)
    const ids = this.leaves.map((index) => table.at(index).id)
    this.stored = ids.length === 1 ? (ids[0] ?? '') : Object.freeze(ids)
    this.#active = new Uint8Array(table.all.length)
    for (const index of states) this.#active[index] = 1
    this.eventless = this.#collect(({ on }) => on.length === 0)
  }

  has(index: number): boolean {
    return this.#active[index] === 1
  }

  /** The candidates for an event of that type; undefined when there are none. */
  candidates(type: string): Candidates | undefined {
    const known = this.#byType.get(type)
    return known !== undefined || this.#byType.has(type) ? known : this.#learn(type)
  }

  /** The set of `node` with `transition` added. */
  extend(node: PlanNode, transition: ChartTransition): PlanNode {
    const known = node.next.get(transition.index)
    if (known !== undefined) return known
    if (node.enabled.includes(transition)) return node
    if (++this.#planCount > MOST_PLANS) {
      this.plans.next.clear()
      this.#planCount = 0
    }
    const made: PlanNode = { enabled: [...node.enabled, transition], plan: undefined, next: new Map() }
    node.next.set(transition.index, made)
    return made
  }

  #learn(type: string): Candidates | undefined {
    if (this.#byType.size >= MOST_TYPES) this.#byType.clear()
    const found = this.#collect(({ on }) => on.some((descriptor) => covers(descriptor, type)))
    this.#byType.set(type, found)
    return found
  }

  #collect(wanted: (transition: ChartTransition) => boolean): Candidates | undefined {
    const groups = this.leaves.map((leaf) => this.#upwards(leaf, wanted)).filter((group) => group.length > 0)
    if (groups.length === 0) return undefined
    return { groups, guarded: groups.some(([first]) => first?.test !== undefined), plan: undefined }
  }

  /** What comes after a transition without a guard is never reached. */
  #upwards(leaf: number, wanted: (transition: ChartTransition) => boolean): ChartTransition[] {
    const found: ChartTransition[] = []
    for (let at = leaf; at >= 0; at = this.#table.at(at).parent) {
      for (const transition of this.#table.at(at).transitions) {
        if (!wanted(transition)) continue
        found.push(transition)
        if (transition.test === undefined) return found
      }
    }
    return found
  }
}
