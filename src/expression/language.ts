import { Environment, type ParseResult } from '@marcbachmann/cel-js'
import { Expression } from './expression.ts'
import { misfit } from './fault.ts'
import { defaultExpressionLimits, type ExpressionLimits, tooLarge } from './limits.ts'
import { weigh } from './weight.ts'

/**
 * The Common Expression Language (CEL, https://github.com/google/cel-spec) over given variables, for guards and assignments in
 * definitions that are data. Expressions end, touch nothing of the host, and cost no more than their limits; `SPEC.md` says which
 * functions there are.
 */
export class ExpressionLanguage {
  readonly #environment: Environment
  readonly #limits: ExpressionLimits

  constructor(variables: readonly string[], limits: Partial<ExpressionLimits> = {}) {
    this.#limits = { ...defaultExpressionLimits, ...limits }
    this.#environment = environmentOf(variables, this.#limits)
  }

  /**
   * Reads an expression and checks its names and types.
   * @throws invalid with line and column; too_large
   */
  parse(source: string): Expression {
    const { sourceCharacters } = this.#limits
    if (source.length > sourceCharacters) throw tooLarge('an expression', sourceCharacters, source.length, 'characters')
    const program = this.#read(source)
    const weight = weigh(program.ast)
    const { valid, type, error } = program.check()
    if (!valid) throw misfit(error, source)
    return new Expression(source, program, type ?? 'dyn', weight, this.#limits)
  }

  #read(source: string): ParseResult {
    try {
      return this.#environment.parse(source)
    } catch (error) {
      throw misfit(error, source)
    }
  }
}

function environmentOf(variables: readonly string[], { nodes, depth }: ExpressionLimits): Environment {
  const limits = { maxAstNodes: nodes, maxDepth: depth, maxListElements: nodes, maxMapEntries: nodes, maxCallArguments: 8 }
  const environment = new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true, limits })
  for (const name of variables) environment.registerVariable(name, 'dyn')
  for (const [operator, apply] of Object.entries(arithmetic))
    for (const types of [`double ${operator} int`, `int ${operator} double`])
      environment.registerOperator(types, (a: number | bigint, b: number | bigint) => apply(Number(a), Number(b)))
  return environment
}

/** Numbers in JSON are doubles and literals such as `1` are ints; CEL alone would refuse `count + 1`. */
const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
}
