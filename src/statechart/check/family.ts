import type { Chart } from '../chart.ts'
import { CompiledMachine } from '../machine.ts'
import { Alphabet } from './alphabet.ts'
import { contents, invokes } from './content.ts'
import { Exploration } from './exploration.ts'
import { Questions } from './question.ts'
import { literalType, UNKNOWN } from './raised.ts'

/** What is known of the machines that a machine starts as children. */
export class Family {
  readonly #most: number
  readonly #finishes = new Map<Chart, boolean>()

  /** @param most moments of a child to look at */
  constructor(most: number) {
    this.#most = most
  }

  /** The chart of an actor that is a machine. */
  chartOf(actor: unknown): Chart | undefined {
    return actor instanceof CompiledMachine ? actor.chart : undefined
  }

  /** True unless the actor is a machine that never comes to its end. */
  finishes(actor: unknown): boolean {
    const chart = this.chartOf(actor)
    if (chart === undefined) return true
    const known = this.#finishes.get(chart)
    if (known !== undefined) return known
    // A machine that starts itself as a child is taken to finish until shown otherwise.
    this.#finishes.set(chart, true)
    const { moments, complete } = this.explore(chart, undefined)
    const finishes = !complete || moments.some(({ done }) => done)
    this.#finishes.set(chart, finishes)
    return finishes
  }

  /** @param announced the types of events that outsiders send; undefined: any */
  explore(chart: Chart, announced: readonly string[] | undefined, most = this.#most): Exploration {
    const types = announced === undefined ? undefined : this.#arriving(chart, announced)
    return new Exploration(
      chart,
      new Questions(chart.table),
      new Alphabet(chart.table, types, (actor) => this.finishes(actor)),
      most,
    )
  }

  /** With the events announced come those the machine sends itself later, and those its children send; undefined: any may come. */
  #arriving(chart: Chart, announced: readonly string[]): Set<string> | undefined {
    const delayed = contents(chart).flatMap(({ notes }) => {
      return notes.filter(({ kind, written }) => kind === 'raise' && written.delay !== undefined)
    })
    const children = invokes(chart).flatMap(({ note }) => this.chartOf(note.actor) ?? [])
    const sent = children.flatMap((child) =>
      contents(child).flatMap(({ notes }) => notes.filter(({ kind }) => kind === 'sendTo')),
    )
    const types = [...delayed, ...sent].map(({ written }) => literalType(written.event))
    const isKnown =
      !types.includes(UNKNOWN) && chart.table.all.every(({ entry }) => entry.flat().every(({ note }) => note !== undefined))
    return isKnown ? new Set([...announced, ...types]) : undefined
  }
}
