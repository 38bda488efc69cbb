import { setTimeout } from 'node:timers/promises'
import type { Holdfast } from '../../../src/holdfast.ts'
import type { Chance } from '../../simulation/chance.ts'
import type { Node } from '../cluster/clients.ts'

/** Numbers in one place: more make each further one slower. */
const PAGE = 100
/** Milliseconds a writer waits for an acknowledgement. */
const DEADLINE = 2000

/** What became of the numbers. */
export interface Balance {
  readonly acknowledged: number
  readonly unknown: number
  /** Acknowledged, and not there. */
  readonly lost: readonly number[]
  /** There more than once. */
  readonly twice: readonly number[]
}

/** Numbers that writers add, each once, without keys and without trying again; who was told so takes down that it is there. */
export class Ledger {
  readonly #name: string
  readonly #acknowledged: { readonly value: number; readonly at: number }[] = []
  #unknown = 0
  #last = 0

  constructor(name: string) {
    this.#name = name
  }

  get acknowledged(): number {
    return this.#acknowledged.length
  }

  /** The longest time in which nothing was acknowledged, in milliseconds. */
  get outage(): number {
    const times = this.#acknowledged.map(({ at }) => at)
    return Math.max(0, ...times.map((at, i) => at - (times[i - 1] ?? at)))
  }

  /** One writer at each of the nodes. */
  async write(nodes: readonly Node[], chance: Chance, stop: AbortSignal): Promise<void> {
    await Promise.all(nodes.map((node) => this.#writeAt(node, chance, stop)))
  }

  async balance(hf: Holdfast): Promise<Balance> {
    const there: number[] = []
    for (let page = 0; page * PAGE <= this.#last; page++) {
      const { value } = await hf.commit((tx) => (tx.entity('queue', this.#object(page * PAGE)).get('items') ?? []) as number[])
      there.push(...value)
    }
    const once = new Set(there)
    const lost = this.#acknowledged.flatMap(({ value }) => (once.has(value) ? [] : [value]))
    const twice = there.filter((value, i) => there.indexOf(value) !== i)
    return { acknowledged: this.acknowledged, unknown: this.#unknown, lost, twice }
  }

  async #writeAt(node: Node, chance: Chance, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const value = ++this.#last
      const answer = await node.ask({ object: this.#object(value), input: { do: 'enqueue', value } }, DEADLINE)
      if ('output' in answer) this.#acknowledged.push({ value, at: performance.now() })
      else this.#unknown++
      await setTimeout(chance.below(10))
    }
  }

  #object(value: number): string {
    return `${this.#name}-${Math.floor(value / PAGE)}/queue`
  }
}
