import { HoldfastError, type Json, type Path } from '../core/index.ts'
import { ExpressionLanguage } from '../expression/index.ts'
import { StepBudget } from './budget.ts'
import { type MachineJsonLimits, tooLarge } from './limits.ts'
import type { Report } from './report.ts'

/** What an expression is evaluated over. */
export type Values = Readonly<Record<string, unknown>>

/** A value of a definition, worked out. */
export type Compute = (values: Values) => Json

type Counted = 'states' | 'transitions' | 'expressions'

/** What the parts of a machine in JSON are read against: findings, limits and the expression language. */
export class Reading {
  readonly report: Report
  readonly budget: StepBudget
  readonly #limits: MachineJsonLimits
  readonly #counts: Record<Counted, number> = { states: 0, transitions: 0, expressions: 0 }
  readonly #languages = { step: new ExpressionLanguage(['context', 'event', 'now']), input: new ExpressionLanguage(['input']) }

  constructor(report: Report, limits: MachineJsonLimits) {
    this.report = report
    this.#limits = limits
    this.budget = new StepBudget(limits.steps)
  }

  /** @throws too_large when there are more than the limit. */
  count(what: Counted, path: Path): void {
    const actual = ++this.#counts[what]
    if (actual > this.#limits[what]) throw tooLarge(path.join('.'), this.#limits[what], actual, what)
  }

  /**
   * Reads an expression; a finding, and nothing to evaluate, when it cannot be read.
   * @param over `step`: context, event and now; `input`: what the machine is started with
   * @param types what it may give, as far as that is known beforehand
   */
  expression(source: unknown, path: Path, over: 'step' | 'input', types?: readonly string[]): Compute {
    this.count('expressions', path)
    if (typeof source !== 'string') return this.#refused(path, `expected an expression, a text, got ${JSON.stringify(source)}`)
    try {
      const expression = this.#languages[over].parse(source)
      if (types === undefined || [...types, 'dyn'].includes(expression.type)) {
        return (values) => expression.evaluate(values, this.budget)
      }
      return this.#refused(path, `expected an expression that gives ${types.join(' or ')}, this gives ${expression.type}`)
    } catch (error) {
      if (!HoldfastError.is(error, 'invalid') && !HoldfastError.is(error, 'too_large')) throw error
      return this.#refused(path, error.message)
    }
  }

  /** Says what is wrong. The value that stands in is never worked out: with findings there is no machine. */
  #refused(path: Path, message: string): Compute {
    this.report.add(path, message)
    return () => null
  }
}
