import type { EntityTx } from '../runtime/index.ts'
import { STEPS, type StepRecord, type Wait } from './record.ts'
import { WAITS } from './run-wait.ts'

/** The steps of a run inside a decision, by name. */
export class StepsTx implements Iterable<readonly [step: string, record: StepRecord]> {
  readonly #entity: EntityTx

  constructor(entity: EntityTx) {
    this.#entity = entity
  }

  get(step: string): StepRecord | undefined {
    return this.#entity.get(STEPS + step) as StepRecord | undefined
  }

  set(step: string, record: StepRecord): void {
    this.#entity.set(STEPS + step, record)
  }

  delete(step: string): void {
    this.#entity.delete(STEPS + step)
  }

  *[Symbol.iterator](): Generator<readonly [step: string, record: StepRecord]> {
    for (const [key, record] of this.#entity.scan(STEPS)) yield [key.slice(STEPS.length), record as StepRecord]
  }

  /** How many there are. */
  get size(): number {
    return [...this.#entity.tree.below(STEPS.slice(0, -1))].length
  }

  /** Those that wait, without a look at the others: a run may have thousands. */
  *waits(): Generator<readonly [step: string, record: StepRecord & { readonly wait: Wait }]> {
    for (const [key] of this.#entity.tree.below(WAITS.slice(0, -1))) {
      const step = key.slice(WAITS.length)
      const record = this.get(step)
      if (record !== undefined && 'wait' in record) yield [step, record]
    }
  }
}
