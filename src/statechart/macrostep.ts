import { HoldfastError } from '../core/index.ts'
import { type Block, Interruption, type InvokeBlueprint, type Scope } from './blueprint.ts'
import type { Chart } from './chart.ts'
import type { Candidates, Configuration, Microstep, Plan, PlanNode, Visit } from './configuration.ts'
import type { Effect } from './effect.ts'
import { doneInvoke, doneState, ERROR_EXECUTION, type EventObject, errorExecution, errorInvoke, platform } from './event.ts'
import { Recall } from './memory.ts'
import { makePlan } from './planning.ts'
import { ChartSnapshot, type RunningChild } from './snapshot.ts'
import type { ChartState, ChartTransition } from './state-table.ts'
import { endsStep } from './step-end.ts'

/** A macrostep of more microsteps than this is taken to be without end. */
const MOST_MICROSTEPS = 1000

/** How many of the last microsteps a refusal shows. */
const WITNESS = 8

/** Nothing is to be done. */
export const NO_EFFECTS: readonly Effect[] = Object.freeze([])
/** Nothing happened. */
export const NO_TRACE: readonly Microstep[] = Object.freeze([])

/** What came of one event. */
export interface Outcome {
  readonly snapshot: ChartSnapshot
  readonly effects: readonly Effect[]
  readonly trace: readonly Microstep[]
}

/**
 * The work on one external event until the machine is at rest again: SCXML 1.0, appendix D, mainEventLoop. Plans are looked up;
 * only guards, actions and outputs are evaluated.
 */
export class Macrostep implements Scope {
  context: unknown
  event: EventObject
  readonly now: number
  readonly #chart: Chart
  readonly #before: ChartSnapshot
  #configuration: Configuration
  #memory: ChartSnapshot['memory']
  #children: ChartSnapshot['children']
  #queue: EventObject[] | undefined
  #effects: Effect[] | undefined
  #trace: readonly Microstep[] = NO_TRACE
  #starting: Set<number> | undefined
  /** Set when the machine as a whole is done: the final state reached last. */
  #final: ChartState | undefined
  #output: unknown
  #count = 0
  /** Where leaving and entering stand, for `isIn` within actions. */
  #underway: Plan | undefined
  #left = 0
  #come = 0

  constructor(before: ChartSnapshot, event: EventObject, now: number) {
    this.event = event
    this.now = now
    this.context = before.context
    this.#before = before
    this.#chart = before.chart
    this.#configuration = before.configuration
    this.#memory = before.memory
    this.#children = before.children
  }

  /** Takes the transitions an event enables; false when there are none. */
  take(event: EventObject): boolean {
    this.event = event
    const candidates = this.#configuration.candidates(event.type)
    const plan = candidates === undefined ? undefined : this.#choose(candidates)
    if (plan !== undefined) this.apply(plan)
    return plan !== undefined
  }

  /** True when a transition is enabled for the event. */
  enables(event: EventObject): boolean {
    const candidates = this.#configuration.candidates(event.type)
    return candidates?.groups.some((group) => group.some((transition) => this.#passes(transition))) ?? false
  }

  /** What children mean to an event: their `finalize` runs for what they send, the forwarding ones get a copy of everything. */
  hear(event: EventObject): void {
    const { invokeId } = platform(event)
    const child = invokeId === undefined ? undefined : this.#children.get(invokeId)
    if (invokeId !== undefined && child !== undefined) {
      this.run(this.#invoke(child).finalize)
      if (event.type === doneInvoke(invokeId) || event.type === errorInvoke(invokeId)) this.#forget(invokeId)
    }
    for (const [id, { state, nth }] of this.#children) {
      if (this.#invoke({ state, nth }).forwards) this.ask({ type: 'send', target: id, event })
    }
  }

  /** True while nothing has happened yet. */
  get untouched(): boolean {
    return (
      this.#queue === undefined &&
      this.#effects === undefined &&
      this.context === this.#before.context &&
      this.#children === this.#before.children &&
      this.#count === 0
    )
  }

  /** Eventless transitions and raised events, until none is left; then children are started, or the machine ends. */
  settle(): void {
    do {
      while (this.#final === undefined && this.#microstep());
      if (this.#final === undefined) this.#startChildren()
      else this.#end(this.#final)
    } while (this.#final === undefined && this.#queue !== undefined && this.#queue.length > 0)
  }

  outcome(): Outcome {
    const effects = this.#effects ?? NO_EFFECTS
    return { snapshot: this.#snapshot(), effects, trace: this.#trace }
  }

  isIn(id: string): boolean {
    const index = this.#chart.table.find(id)?.index ?? -1
    const plan = this.#underway
    if (plan === undefined) return this.#configuration.has(index)
    const come = plan.entry.findIndex(({ state }) => state.index === index)
    if (come >= 0 && come < this.#come) return true
    const left = plan.exit.findIndex(({ state }) => state.index === index)
    return this.#configuration.has(index) && (left < 0 || left >= this.#left)
  }

  raise(event: EventObject): void {
    this.#queue ??= []
    this.#queue.push(event)
  }

  ask(effect: Effect): void {
    this.#effects ??= []
    this.#effects.push(effect)
  }

  run(block: Block): void {
    try {
      for (const action of block) action(this)
    } catch (error) {
      this.#fail(error)
    }
  }

  apply(plan: Plan): void {
    if (++this.#count > MOST_MICROSTEPS) this.#refuse()
    if (plan.recorded.length > 0) this.#memory = new Map([...this.#memory, ...plan.recorded])
    if (!plan.quiet) this.#visit(plan)
    this.#configuration = plan.next
    this.#trace = this.#trace.length === 0 ? plan.trace : [...this.#trace.slice(-MOST_MICROSTEPS), plan.trace[0]]
  }

  #microstep(): boolean {
    const { eventless } = this.#configuration
    const plan = eventless === undefined ? undefined : this.#choose(eventless)
    if (plan !== undefined) {
      this.apply(plan)
      return true
    }
    const event = this.#queue?.shift()
    if (event === undefined) return false
    if (!this.take(event)) this.#overlook(event)
    return true
  }

  #choose(candidates: Candidates): Plan | undefined {
    if (candidates.plan !== undefined) return candidates.plan
    const configuration = this.#configuration
    let node = configuration.plans
    for (const group of candidates.groups) {
      const chosen = group.find((transition) => this.#passes(transition))
      if (chosen !== undefined) node = configuration.extend(node, chosen)
    }
    if (node.plan !== undefined || node.enabled.length === 0) return node.plan
    return this.#plan(node, candidates)
  }

  #plan(node: PlanNode, candidates: Candidates): Plan {
    const recall = new Recall(this.#memory)
    const plan = makePlan(this.#chart, this.#configuration, node.enabled, recall)
    if (recall.asked) return plan
    node.plan = plan
    if (!candidates.guarded) candidates.plan = plan
    return plan
  }

  #passes({ test }: ChartTransition): boolean {
    if (test === undefined) return true
    try {
      return test(this)
    } catch (error) {
      this.#fail(error)
      return false
    }
  }

  #visit(plan: Plan): void {
    this.#underway = plan
    this.#left = 0
    this.#come = 0
    for (const visit of plan.exit) {
      for (const block of visit.blocks) this.run(block)
      if (visit.state.invokes.length > 0) this.#stopChildren(visit.state.index)
      this.#left++
    }
    for (const block of plan.content) this.run(block)
    for (const visit of plan.entry) {
      this.#come++
      this.#enter(visit)
    }
    this.#underway = undefined
  }

  #enter({ state, blocks, completes }: Visit): void {
    if (state.invokes.length > 0) {
      this.#starting ??= new Set()
      this.#starting.add(state.index)
    }
    for (const block of blocks) this.run(block)
    if (completes === undefined) return
    const output = completes.carries ? this.#outputOf(state) : undefined
    for (const [i, id] of completes.ids.entries()) this.raise(doneState(id, i === 0 && completes.carries ? output : undefined))
    if (completes.whole) this.#final = state
  }

  #outputOf(state: ChartState): unknown {
    return this.#attempt(() => state.output?.(this))
  }

  #attempt<T>(evaluate: () => T): T | undefined {
    try {
      return evaluate()
    } catch (error) {
      this.#fail(error)
      return undefined
    }
  }

  /** Something else than what ends the step becomes an event of the machine. */
  #fail(error: unknown): void {
    if (endsStep(error)) throw error
    this.raise(error instanceof Interruption ? error.event : errorExecution(error))
  }

  /** Nobody took an event of the machine's own. For an error of a strict machine that is the end of the step. */
  #overlook(event: EventObject): void {
    if (event.type !== ERROR_EXECUTION || !this.#chart.blueprint.strict) return
    const { error } = platform(event)
    const what = error instanceof Error ? error.message : String(error)
    const where = this.#chart.blueprint.id
    throw new HoldfastError(
      'invalid',
      `A guard or an action of machine ${where} threw: ${what}. Nothing was changed; mend it, or take ${ERROR_EXECUTION} in a transition`,
      { path: where },
      { cause: error },
    )
  }

  #startChildren(): void {
    const starting = this.#starting
    if (starting === undefined) return
    this.#starting = undefined
    const states = [...starting].sort((a, b) => a - b)
    for (const index of states) {
      this.#chart.table.at(index).invokes.forEach((invoke, nth) => {
        const start = this.#attempt(() => invoke.start(this))
        if (start === undefined) return
        this.#children = new Map([...this.#children, [start.id, { state: index, nth } satisfies RunningChild]])
        this.ask({ type: 'start', ...start })
      })
    }
  }

  #stopChildren(state: number): void {
    this.#starting?.delete(state)
    for (const [id, child] of this.#children) {
      if (child.state !== state) continue
      this.#forget(id)
      this.ask({ type: 'stop', id })
    }
  }

  #invoke({ state, nth }: RunningChild): InvokeBlueprint {
    return this.#chart.table.at(state).invokes[nth] as InvokeBlueprint
  }

  #forget(id: string): void {
    const left = new Map(this.#children)
    left.delete(id)
    this.#children = left
  }

  /** SCXML 1.0, appendix D, exitInterpreter: all exit actions run, innermost first, and the output is made. */
  #end(final: ChartState): void {
    for (const index of this.#configuration.states.toReversed()) {
      const state = this.#chart.table.at(index)
      for (const block of state.exit) this.run(block)
      this.#stopChildren(index)
    }
    const output = final.parent === 0 ? this.#outputOf(final) : undefined
    this.event = doneState(this.#chart.blueprint.id, output)
    const whole = this.#chart.blueprint.output
    this.#output = whole === undefined ? output : this.#attempt(() => whole(this))
    while (this.#chart.blueprint.strict && this.#queue !== undefined && this.#queue.length > 0) {
      this.#overlook(this.#queue.shift() ?? this.event)
    }
  }

  #snapshot(): ChartSnapshot {
    const status = this.#final === undefined ? 'active' : 'done'
    const { chart } = this.#before
    return new ChartSnapshot(chart, this.#configuration, this.context, status, this.#memory, this.#children, this.#output)
  }

  #refuse(): never {
    const last = this.#trace.slice(-WITNESS).flatMap(({ transitions }) => transitions)
    const { id } = this.#chart.blueprint
    throw new HoldfastError(
      'invalid',
      `Expected machine ${id} to come to rest within ${MOST_MICROSTEPS} microsteps; it goes on with ${last.join(', ')}. Give one of them a guard that becomes false`,
      { path: id, issues: last.map((message) => ({ path: id, message })) },
    )
  }
}
