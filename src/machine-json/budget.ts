import type { Budget } from '../expression/index.ts'
import { tooLarge } from './limits.ts'

/** What the expressions of one step may cost together. Steps are synchronous: one budget serves all snapshots of a machine. */
export class StepBudget implements Budget {
  readonly #most: number
  #left: number

  constructor(most: number) {
    this.#most = most
    this.#left = most
  }

  /** To be called as a step begins. */
  renew(): void {
    this.#left = this.#most
  }

  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw tooLarge('step', this.#most, this.#most - this.#left, 'steps of all expressions of one step')
  }
}
