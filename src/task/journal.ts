import type { Principal, Runtime, Synchronous, Tx } from '../runtime/index.ts'
import type { StepRecord, StreamState } from './record.ts'
import { type Asked, type Claimed, type Page, type Result, RunTx } from './run-tx.ts'

/** What an attempt has recorded and records, under the epoch of its claim. */
export class Journal {
  readonly run: string
  readonly epoch: number
  readonly #runtime: Runtime
  readonly #principal: Principal

  constructor(runtime: Runtime, principal: Principal, run: string, epoch: number) {
    this.#runtime = runtime
    this.#principal = principal
    this.run = run
    this.epoch = epoch
  }

  /** Begins an attempt. @throws cancelled; conflict when a newer claim is at work */
  claim(most: number, isHandedBack = false): Promise<Claimed | undefined> {
    return this.#commit((run) => run.claim(this.epoch, most, isHandedBack) as Synchronous<Claimed | undefined>)
  }

  record(step: string, order: number, result: Result): Promise<StepRecord> {
    return this.#commit((run) => run.record(this.epoch, step, order, result) as Synchronous<StepRecord>)
  }

  /** Records a step in the commit that does it. */
  do(step: string, order: number, work: (tx: Tx) => unknown): Promise<StepRecord> {
    return this.#commit((run, tx) => {
      const result = run.has(step) ? { value: null } : { value: work(tx) ?? null }
      return run.record(this.epoch, step, order, result) as Synchronous<StepRecord>
    })
  }

  await(asked: readonly Asked[]): Promise<ReadonlyMap<string, StepRecord>> {
    return this.#commit((run) => run.await(this.epoch, asked) as Synchronous<ReadonlyMap<string, StepRecord>>)
  }

  streamed(stream: string): Promise<StreamState> {
    return this.#commit((run) => run.streamed(this.epoch, stream) as Synchronous<StreamState>)
  }

  async append(stream: string, page: Page): Promise<void> {
    await this.#commit((run) => run.append(this.epoch, stream, page) as Synchronous<void>)
  }

  async #commit<Value>(decide: (run: RunTx, tx: Tx) => Synchronous<Value>): Promise<Value> {
    const committed = await this.#runtime.commit<Value>(this.#principal, (tx) => decide(new RunTx(tx, this.run), tx), {
      source: 'task',
      cause: this.run,
      isAlone: true,
    })
    return committed.value
  }
}
