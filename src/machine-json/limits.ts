import { HoldfastError } from '../core/index.ts'

/** How large a machine in JSON may be, and how much it may do in one step. */
export interface MachineJsonLimits {
  /** Characters of the text, or of all keys and texts of a value. Default 1,048,576. */
  readonly characters: number
  /** Values in it: objects, lists, texts, numbers. Default 100,000. */
  readonly values: number
  /** Levels of nesting; two for each state in a state. Default 64. */
  readonly depth: number
  /** Characters of one key. Default 256. */
  readonly keyCharacters: number
  /** Default 2,000. */
  readonly states: number
  /** Default 10,000. */
  readonly transitions: number
  /** Default 10,000. */
  readonly expressions: number
  /** What all expressions of one step may cost together, in steps of `ExpressionLimits`. Default 20,000,000, some 400 ms. */
  readonly steps: number
}

/** The limits of a machine for which none are given. */
export const defaultMachineJsonLimits: MachineJsonLimits = {
  characters: 1_048_576,
  values: 100_000,
  depth: 64,
  keyCharacters: 256,
  states: 2000,
  transitions: 10_000,
  expressions: 10_000,
  steps: 20_000_000,
}

/** The refusal of what passes a limit; `path` is where it was passed. */
export function tooLarge(path: string, limit: number, actual: number, unit: string): HoldfastError<'too_large'> {
  const message = `Expected a machine of at most ${limit} ${unit}, got ${actual} at ${path || 'its beginning'}; make it smaller, or raise the limit`
  return new HoldfastError('too_large', message, { path, limit, actual, unit })
}
