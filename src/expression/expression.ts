import type { ParseResult } from '@marcbachmann/cel-js'
import { HoldfastError, type Json } from '../core/index.ts'
import { type Extent, measure } from './extent.ts'
import { misfit } from './fault.ts'
import { type ExpressionLimits, tooLarge } from './limits.ts'
import { ResultReader } from './result.ts'
import type { Weight } from './weight.ts'

/** What several evaluations may cost together. */
export interface Budget {
  /** @throws too_large when no more than that is left */
  spend(steps: number): void
}

/** An expression that has been read and checked. */
export class Expression {
  readonly source: string
  /** What it gives, as far as that is known beforehand: `bool`, `int`, `string`, ..., else `dyn`. */
  readonly type: string
  readonly #program: ParseResult
  readonly #weight: Weight
  readonly #limits: ExpressionLimits

  constructor(source: string, program: ParseResult, type: string, weight: Weight, limits: ExpressionLimits) {
    this.source = source
    this.type = type
    this.#program = program
    this.#weight = weight
    this.#limits = limits
  }

  /**
   * What it gives for these values, which it does not change.
   * @param budget is told beforehand how many steps this takes at most, and throws when they are too many
   * @throws invalid when it has no value here, such as for a name that is missing; too_large when it would cost too much
   */
  evaluate(values: Readonly<Record<string, unknown>>, budget?: Budget): Json {
    const cost = this.#weight.loops > 0 ? this.#afford(values) : this.#weight.nodes
    budget?.spend(cost)
    const found = this.#run(values)
    return typeof found === 'boolean' ? found : new ResultReader(this.#limits.result).read(found)
  }

  #run(values: Readonly<Record<string, unknown>>): unknown {
    try {
      return this.#program(values)
    } catch (error) {
      throw HoldfastError.is(error, 'too_large') ? error : misfit(error, this.source)
    }
  }

  /** Before it is begun: what runs cannot be stopped. */
  #afford(values: Readonly<Record<string, unknown>>): number {
    const { nodes, loops, repeatsText, splits } = this.#weight
    const { steps, result } = this.#limits
    const extent: Extent = measure(values, { items: 0, characters: 0 })
    const items = extent.items + nodes + (splits ? extent.characters : 0)
    const cost = nodes * items ** loops
    if (cost > steps) throw tooLarge(`an evaluation of ${JSON.stringify(this.source)}`, steps, cost, 'steps')
    const text = repeatsText ? extent.characters * items ** loops : 0
    if (text > 16 * result) throw tooLarge(`a text of ${JSON.stringify(this.source)}`, 16 * result, text, 'characters')
    return cost
  }
}
