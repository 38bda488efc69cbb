import type { Chart } from '../chart.ts'
import type { Configuration, Plan } from '../configuration.ts'
import { ERROR_EXECUTION } from '../event.ts'
import { type Memory, NO_MEMORY, Recall } from '../memory.ts'
import { makeInitialPlan, makePlan } from '../planning.ts'
import { Selection } from '../selection.ts'
import type { ChartTransition } from '../state-table.ts'
import type { Alphabet } from './alphabet.ts'
import type { Moment, Passage } from './moment.ts'
import type { Outcome, Questions } from './question.ts'
import { changesContext, mayFail, raisedBy, UNKNOWN } from './raised.ts'

/** Microsteps looked at for each moment that may be looked at. */
const PASSAGES_PER_MOMENT = 16

/** A queue longer than this is taken to grow without end. */
const LONGEST_QUEUE = 16

/** Two transitions enabled together of which the first kept the second from being taken. */
export interface Conflict {
  readonly winner: ChartTransition
  readonly loser: ChartTransition
  readonly at: Moment
  readonly event: string | undefined
}

/** All moments a machine may come to, found breadth first by events from outside: the first way to a moment is a shortest. */
export class Exploration {
  readonly chart: Chart
  readonly questions: Questions
  readonly alphabet: Alphabet
  /** In the order found. */
  readonly moments: Moment[] = []
  readonly taken = new Set<ChartTransition>()
  readonly conflicts: Conflict[] = []
  /** Types of events raised on the way, and those of them that were taken when their turn came. */
  readonly raised = new Map<string, Moment>()
  readonly handled = new Set<string>()
  /** Moments at which raised events pile up. */
  readonly overflows: Moment[] = []
  /** False when the bound was reached. */
  complete = true
  readonly #most: number
  readonly #mayFail: boolean
  #passages = 0
  readonly #byKey = new Map<string, Moment>()
  #level: Moment[] = []
  #next: Passage[] = []

  constructor(chart: Chart, questions: Questions, alphabet: Alphabet, most: number) {
    this.chart = chart
    this.questions = questions
    this.alphabet = alphabet
    this.#most = most
    this.#mayFail = mayFail(chart)
    this.#begin()
    while (this.#level.length > 0) this.#exploreLevel()
  }

  /** The first moment at which a state is active. */
  at(state: number): Moment | undefined {
    return this.moments.find(({ configuration }) => configuration.has(state))
  }

  #begin(): void {
    const nowhere = this.chart.configuration([])
    const plan = makeInitialPlan(this.chart, nowhere, new Recall(NO_MEMORY))
    this.#reach(this.#arrive(plan, NO_MEMORY, []), undefined)
  }

  /** Everything that one more event leads to: first all that follows without another event. */
  #exploreLevel(): void {
    for (let moment = this.#level.pop(); moment !== undefined; moment = this.#level.pop()) this.#explore(moment)
    const passages = this.#next
    this.#next = []
    for (const passage of passages) this.#reach(passage.to, passage)
    this.#level.reverse()
  }

  #explore(moment: Moment): void {
    if (moment.done) return
    const { configuration, queue } = moment
    const eventless = configuration.eventless
    const outcomes = eventless === undefined ? [] : this.questions.outcomes(eventless, configuration)
    for (const outcome of outcomes)
      if (outcome.enabled.length > 0) this.#go(moment, outcome, queue, undefined, outcomes.length === 1)
    if (outcomes.length > 0 && outcomes.every(({ enabled }) => enabled.length > 0)) return
    const [first, ...rest] = queue
    // Content may have failed on the way here: the error stands before what was raised after it.
    if (first !== undefined && this.#mayFail) this.#processRaised(moment, ERROR_EXECUTION, queue, false)
    if (first !== undefined) this.#processRaised(moment, first, rest, outcomes.length === 0)
    else this.#rest(moment)
  }

  #processRaised(moment: Moment, type: string, rest: readonly string[], alone: boolean): void {
    const types = type === UNKNOWN ? this.alphabet.types(moment.configuration) : [type]
    if (type === UNKNOWN) this.#skip(moment, rest, false)
    for (const each of types) {
      const outcomes = this.#outcomes(moment.configuration, each)
      for (const outcome of outcomes) {
        const forced = alone && outcomes.length === 1 && type !== UNKNOWN
        if (outcome.enabled.length === 0 && rest !== moment.queue) this.#skip(moment, rest, forced)
        else this.handled.add(each)
        if (outcome.enabled.length > 0) this.#go(moment, outcome, rest, undefined, forced, each)
      }
    }
  }

  #rest(moment: Moment): void {
    moment.rests = true
    for (const type of this.alphabet.arriving(moment.configuration)) {
      const outcomes = this.#outcomes(moment.configuration, type)
      for (const outcome of outcomes) if (outcome.enabled.length > 0) this.#go(moment, outcome, [], type, outcomes.length === 1)
    }
  }

  #outcomes(configuration: Configuration, type: string): readonly Outcome[] {
    const candidates = configuration.candidates(type)
    return candidates === undefined ? [{ enabled: [], answers: [] }] : this.questions.outcomes(candidates, configuration)
  }

  /** An event that no transition takes is dropped. */
  #skip(from: Moment, queue: readonly string[], forced: boolean): void {
    const to = this.#moment(from.configuration, from.memory, queue, false)
    this.#pass({ from, to, event: undefined, taken: [], forced, changes: false })
  }

  #go(
    from: Moment,
    { enabled }: Outcome,
    queue: readonly string[],
    event: string | undefined,
    forced: boolean,
    raised?: string,
  ): void {
    const { chart } = this
    if (++this.#passages > this.#most * PASSAGES_PER_MOMENT) {
      this.complete = false
      return
    }
    const selection = new Selection(chart.table, from.configuration, new Recall(from.memory))
    const taken = selection.compatible(enabled)
    for (const transition of taken) this.taken.add(transition)
    if (taken.length < enabled.length) this.#notice(selection, enabled, taken, from, event ?? raised)
    const plan = makePlan(chart, from.configuration, enabled, new Recall(from.memory))
    const to = this.#arrive(plan, from.memory, queue)
    this.#pass({ from, to, event, taken, forced, changes: changesContext(plan) })
  }

  #arrive(plan: Plan, memory: Memory, queue: readonly string[]): Moment {
    const raised = raisedBy(plan)
    const kept = plan.recorded.length === 0 ? memory : new Map([...memory, ...plan.recorded])
    const done = plan.entry.some(({ completes }) => completes?.whole === true)
    const moment = this.#moment(plan.next, kept, done ? [] : shortened([...queue, ...raised]), done)
    for (const type of raised) if (!this.raised.has(type)) this.raised.set(type, moment)
    return moment
  }

  #moment(configuration: Configuration, memory: Memory, queue: readonly string[], done: boolean): Moment {
    const remembered = [...memory].map(([history, states]) => `${history}:${states}`).sort()
    const key = [configuration.states, remembered.join(';'), queue.join(' '), done].join('|')
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const moment: Moment = { configuration, memory, queue, done, rests: false, via: undefined, passages: [] }
    this.#byKey.set(key, moment)
    return moment
  }

  #pass(passage: Passage): void {
    passage.from.passages.push(passage)
    if (passage.event === undefined) this.#reach(passage.to, passage)
    else this.#next.push(passage)
  }

  #reach(moment: Moment, via: Passage | undefined): void {
    if (moment.via !== undefined || moment === this.moments[0]) return
    if (this.moments.length >= this.#most) {
      this.complete = false
      return
    }
    moment.via = via
    this.moments.push(moment)
    if (moment.queue.length > LONGEST_QUEUE) this.overflows.push(moment)
    else this.#level.push(moment)
  }

  #notice(
    selection: Selection,
    enabled: readonly ChartTransition[],
    taken: readonly ChartTransition[],
    at: Moment,
    event: string | undefined,
  ): void {
    const { table } = this.chart
    for (const loser of enabled) {
      if (taken.includes(loser)) continue
      const exits = selection.exits([loser])
      const rivals = taken.filter((other) => [...selection.exits([other])].some((state) => exits.has(state)))
      const isInner = rivals.some(({ source }) => table.isBelow(source, loser.source))
      const [winner] = rivals
      if (winner !== undefined && !isInner) this.conflicts.push({ winner, loser, at, event })
    }
  }
}

/** Unknown events one after another say no more than one does. */
function shortened(queue: readonly string[]): string[] {
  return queue.filter((type, i) => type !== UNKNOWN || queue[i - 1] !== UNKNOWN)
}
