import type { Described } from '../runtime/index.ts'

/** What a step throws whose attempts have all failed. */
export class StepError extends Error {
  override readonly name = 'StepError'
  readonly step: string
  /** What the last attempt threw, as it is recorded. */
  readonly failure: Described

  constructor(step: string, failure: Described) {
    super(`Step ${step} failed: ${failure.message}`)
    this.step = step
    this.failure = failure
  }
}
