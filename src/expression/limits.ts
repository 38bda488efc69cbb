import { HoldfastError } from '../core/index.ts'

/** What an expression may cost at most. */
export interface ExpressionLimits {
  /** Characters of its source. Default 4,096. */
  readonly sourceCharacters: number
  /** Operators, calls, names and literals in it. Default 256. */
  readonly nodes: number
  /** Levels of nesting. Default 32. */
  readonly depth: number
  /** Steps of one evaluation: nodes times items for each loop inside another. Default 5,000,000, some 100 ms. */
  readonly steps: number
  /** Characters, items and keys of a result. Default 262,144. */
  readonly result: number
}

export const defaultExpressionLimits: ExpressionLimits = {
  sourceCharacters: 4096,
  nodes: 256,
  depth: 32,
  steps: 5_000_000,
  result: 262_144,
}

export function tooLarge(what: string, limit: number, actual: number, unit: string): HoldfastError<'too_large'> {
  return new HoldfastError('too_large', `Expected ${what} of at most ${limit} ${unit}, got ${actual}; make it smaller`, {
    limit,
    actual,
    unit,
  })
}
