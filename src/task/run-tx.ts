import { HoldfastError } from '../core/index.ts'
import type { Described, Tx } from '../runtime/index.ts'
import { sessionOfRun } from './address.ts'
import { isOver, OUTPUT, type RunState, type StepRecord } from './record.ts'
import { type Asked, type Result, RunLife } from './run-life.ts'
import { StreamTx } from './stream-tx.ts'

/** What an attempt of a run's code came to. */
export type Ending =
  | { readonly ended: 'done'; readonly output: unknown }
  | { readonly ended: 'waiting'; readonly waits: readonly Asked[] }
  | { readonly ended: 'mismatch'; readonly error: Described }
  /** The code has thrown, what a step threw or something else; it is tried again after so many milliseconds, or not any more. */
  | { readonly ended: 'failed'; readonly error: Described; readonly failedOf?: string; readonly again: number | undefined }
  /** Nothing was tried: the run is over, whatever it was. */
  | { readonly ended: 'over' }

/** What an attempt begins with. */
export interface Claimed {
  /** Attempts since something was last recorded, this one included. */
  readonly tries: number
  readonly steps: ReadonlyMap<string, StepRecord>
}

/** A run that another one starts, in the same session. */
export interface ChildStart {
  readonly id: string
  readonly task: string
  readonly input: unknown
}

/** What attempts of a run do, inside a decision: each under the epoch of its claim. */
export class RunTx {
  readonly #life: RunLife

  constructor(tx: Tx, id: string) {
    this.#life = new RunLife(tx, id)
  }

  /**
   * Begins an attempt under `epoch`; older ones record nothing from now on. Undefined when attempts have begun too often and recorded nothing: the
   * run has failed then. One that was handed back in order does not count.
   */
  claim(epoch: number, most: number, isHandedBack: boolean): Claimed | undefined {
    const state = this.#hold(epoch)
    const steps = new Map(this.#life.steps)
    const tries = steps.size > state.steps ? 1 : state.tries + (isHandedBack ? 0 : 1)
    this.#life.set({ epoch, tries, steps: steps.size })
    if (tries <= most) return { tries, steps }
    const { message } = state.error ?? { message: 'its process may have died of it' }
    const error = { name: 'Error', message: `It was begun ${tries - 1} times and recorded nothing more: ${message}` }
    this.#life.finish('failed', { error })
    return undefined
  }

  /** Records what a step came to, once: what stands already counts. */
  record(epoch: number, step: string, order: number, result: Result): StepRecord {
    this.#hold(epoch)
    const known = this.#life.steps.get(step)
    if (known !== undefined) return known
    const record = { order, ...result }
    this.#life.steps.set(step, record)
    this.#life.entity.event('step', { step, ok: !('error' in result) })
    return record
  }

  /** Starts another run, which is the step; it is this one's child unless it was there. */
  startChild(epoch: number, step: string, order: number, { id, task, input }: ChildStart): StepRecord {
    this.#hold(epoch)
    const known = this.#life.steps.get(step)
    if (known !== undefined) return known
    if (this.#life.other(id).start({ session: sessionOfRun(id), task, input })) this.#life.family.adopt(id)
    return this.record(epoch, step, order, { value: id })
  }

  /** True when a step has been recorded. */
  has(step: string): boolean {
    return this.#life.steps.get(step) !== undefined
  }

  /** Notes what steps wait for; returns what of it is there already. */
  await(epoch: number, asked: readonly Asked[]): ReadonlyMap<string, StepRecord> {
    this.#hold(epoch)
    return new Map(
      asked.flatMap((each): [string, StepRecord][] => {
        const record = this.#life.steps.get(each.step) ?? this.#life.await(each)
        return 'wait' in record ? [] : [[each.step, record]]
      }),
    )
  }

  /** A stream it writes. */
  stream(epoch: number, name: string): StreamTx {
    this.#hold(epoch)
    return new StreamTx(this.#life.entity, name)
  }

  /** The end of an attempt, in the commit that settles its effect. */
  end(ending: Ending): void {
    if (isOver(this.#life.state.status)) return
    switch (ending.ended) {
      case 'done':
        this.#life.entity.set(OUTPUT, ending.output)
        this.#life.finish('done')
        break
      case 'mismatch':
        this.#life.become('needs_migration', { error: ending.error })
        this.#life.entity.event('mismatch')
        break
      case 'failed':
        if (ending.again === undefined) this.#life.finish('failed', whyOf(ending))
        else {
          this.#life.set({ error: ending.error })
          this.#life.attempt(ending.again)
        }
        break
      case 'waiting':
        this.#rest(ending.waits)
        break
      case 'over':
    }
  }

  /** Stands still until something that is waited for comes, unless it has come already. */
  #rest(waits: readonly Asked[]): void {
    const records = waits.map((asked) => this.#life.steps.get(asked.step) ?? this.#life.await(asked))
    if (records.every((record) => 'wait' in record)) {
      this.#life.become('waiting')
      this.#life.entity.event('wait', { steps: waits.map(({ step }) => step) })
    } else this.#life.goOn()
  }

  /** @throws cancelled when it is over; conflict when a newer claim is at work */
  #hold(epoch: number): RunState {
    const { id, state } = this.#life
    if (isOver(state.status)) throw new HoldfastError('cancelled', `Run ${id} is ${state.status}`, { reason: state.status })
    if (state.epoch > epoch) {
      const message = `Run ${id} is at work under epoch ${state.epoch}; what epoch ${epoch} does is not recorded`
      throw new HoldfastError('conflict', message, { entity: id })
    }
    return state
  }
}

function whyOf({ error, failedOf }: Ending & { readonly ended: 'failed' }): Pick<RunState, 'error' | 'failedOf'> {
  return failedOf === undefined ? { error } : { error, failedOf }
}
