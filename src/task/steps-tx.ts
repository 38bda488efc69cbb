import type { EntityTx } from '../runtime/index.ts'
import { STEPS, type StepRecord, type Wait } from './record.ts'

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

  /** Those that wait. */
  *waits(): Generator<readonly [step: string, record: StepRecord & { readonly wait: Wait }]> {
    for (const [step, record] of this) if ('wait' in record) yield [step, record]
  }
}
