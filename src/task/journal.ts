import { type Principal, type Runtime, type Synchronous, type Tx, view } from '../runtime/index.ts'
import { RUN_KIND } from './address.ts'
import { pageKey, type StepRecord, type StreamState } from './record.ts'
import type { Asked, Result } from './run-life.ts'
import { type ChildStart, type Claimed, RunTx } from './run-tx.ts'
import { stored } from './stored.ts'
import type { Page } from './stream-tx.ts'

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

  /** Starts another run in the commit that records it. */
  start(step: string, order: number, child: ChildStart): Promise<StepRecord> {
    return this.#commit((run) => run.startChild(this.epoch, step, order, child) as Synchronous<StepRecord>)
  }

  await(asked: readonly Asked[]): Promise<ReadonlyMap<string, StepRecord>> {
    return this.#commit((run) => run.await(this.epoch, asked) as Synchronous<ReadonlyMap<string, StepRecord>>)
  }

  streamed(stream: string): Promise<StreamState> {
    return this.#commit((run) => run.stream(this.epoch, stream).state as Synchronous<StreamState>)
  }

  /** The page of a stream that begins with chunk number `first`; empty behind the last one. */
  page(stream: string, first: number): Promise<readonly unknown[]> {
    const ref = { tenant: this.#principal.tenant, kind: RUN_KIND, id: this.run }
    return view(this.#runtime, ref, ({ tree }) => (stored(tree, pageKey(stream, first)) as readonly unknown[] | undefined) ?? [])
  }

  /** Adds a page to a stream, in place of what is stored from chunk `cut` on, if that is given. */
  async append(stream: string, page: Page, cut: number | undefined): Promise<void> {
    await this.#commit((run) => {
      const tx = run.stream(this.epoch, stream)
      if (cut !== undefined) tx.cut(cut)
      return tx.append(page) as Synchronous<void>
    })
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
