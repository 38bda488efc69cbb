import { HoldfastError } from '../core/index.ts'
import { decodeNode, encodeLeaf, type OutboxRow } from '../store/index.ts'
import { attempt } from './attempt.ts'
import { type Described, describe } from './described.ts'
import type { EffectHandler, Outcome, TimerHandlers } from './handler.ts'
import { idWithin } from './outbox-id.ts'
import { localOwner, type Principal } from './principal.ts'
import { retryDelay } from './retry.ts'
import type { Runtime } from './runtime.ts'
import type { Tx } from './transaction.ts'

/** What a queue's rows are handed to. */
export type Handler =
  | { readonly is: 'effect'; readonly of: EffectHandler }
  | { readonly is: 'timer'; readonly of: TimerHandlers[string] }

type Decide = (tx: Tx) => void

const DEFAULT_ATTEMPTS = 5
/** A store that cannot take a result now is asked again this often: the work is done and should not be done twice. */
const RECORD_AGAIN_MS = 1000

/** One claimed effect or timer on its way to its recorded end. */
export class Execution {
  readonly row: OutboxRow
  readonly #runtime: Runtime
  readonly #handler: Handler
  readonly #abort = new AbortController()

  constructor(runtime: Runtime, row: OutboxRow, handler: Handler) {
    this.#runtime = runtime
    this.row = row
    this.#handler = handler
  }

  /** Why it was aborted. */
  get reason(): unknown {
    return this.#abort.signal.reason
  }

  /** Stops it: its handler is told, and what it still returns is not recorded. */
  abort(reason: string): void {
    this.#abort.abort(new HoldfastError('cancelled', `Effect ${this.row.id}: ${reason}`, { reason }))
  }

  /**
   * Resolves when its end, or the wait for its next attempt, is recorded.
   * @throws conflict when another claim is running by now; unavailable when it could not be recorded.
   */
  async run(): Promise<void> {
    if (this.#handler.is === 'timer') await this.#tell(this.#handler.of)
    else await this.#perform(this.#handler.of)
  }

  /** Hands the claim back, for this or another process to run again. */
  async release(error: unknown, delay = 0): Promise<void> {
    const { id, epoch, entity } = this.row
    const { clock } = this.#runtime.ports
    const result = this.#seal({ ...describe(error), epoch })
    const principal = { ...localOwner, tenant: entity.tenant }
    const decide = (tx: Tx): void => tx.promise({ op: 'release', id, epoch, due: clock.now() + delay, result })
    await this.#persist(() => this.#runtime.commit(principal, decide))
  }

  async #tell(handler: TimerHandlers[string]): Promise<void> {
    const { row } = this
    try {
      const [name, data] = this.#open(row.payload) as [string, unknown]
      const told = (tx: Tx): void => handler(tx, tx.entity(row.entity.kind, row.entity.id), { name, data, due: row.due })
      await this.#settle('settled', null, told)
    } catch (error) {
      if (isFinal(error, row)) throw error
      const delay = retryDelay({}, row.attempts, Math.random)
      if (delay === undefined) await this.#settle('dead', describe(error))
      else await this.#retry(error, delay)
    }
  }

  async #perform(handler: EffectHandler): Promise<void> {
    const payload = this.#open(this.row.payload)
    const last = this.#last()
    const { clock } = this.#runtime.ports
    const outcome = this.#died(handler, last) ?? (await attempt(handler, this.row, payload, last, this.#abort, clock))
    if (outcome.ok) return this.#record(handler, payload, outcome)
    if (HoldfastError.is(this.reason, 'cancelled')) return this.release(this.reason)
    const delay = retryDelay(handler.retry ?? {}, this.row.attempts, Math.random)
    return delay === undefined ? this.#record(handler, payload, outcome) : this.#retry(outcome.error, delay)
  }

  /** What is recorded of the attempt before; nothing when its process has died, whatever an earlier one has left. */
  #last(): Described | undefined {
    const { result, epoch } = this.row
    if (result === null) return undefined
    const { epoch: of = epoch - 1, ...last } = this.#open(result) as Described & { readonly epoch?: number }
    return of === epoch - 1 ? last : undefined
  }

  /** Claimed more often than it may be tried: its process has died each time, unless it was handed back. */
  #died(handler: EffectHandler, last: Described | undefined): Outcome | undefined {
    const { attempts } = this.row
    if (attempts <= (handler.retry?.attempts ?? DEFAULT_ATTEMPTS)) return undefined
    if (last?.code === 'cancelled') return undefined
    const message = `Effect ${this.row.queue} was begun ${attempts - 1} times and not ended: its process may have died of it`
    return { ok: false, error: new HoldfastError('cancelled', message, {}) }
  }

  async #retry(error: unknown, delay: number): Promise<void> {
    this.#runtime.ports.meter.count('effect.retries')
    await this.release(error, delay)
  }

  /** The end of an effect. What cannot be recorded as it should is recorded dead: to run it again would do it again. */
  async #record({ done, keepsResult = true }: EffectHandler, payload: unknown, outcome: Outcome): Promise<void> {
    const { row } = this
    const id = idWithin(row.entity.tenant, row.id)
    const decide = done && ((tx: Tx) => done(tx, tx.entity(row.entity.kind, row.entity.id), { id, payload, ...outcome }))
    try {
      if (outcome.ok) await this.#settle('settled', keepsResult ? outcome.value : null, decide)
      else await this.#settle('dead', describe(outcome.error), decide)
    } catch (error) {
      if (isFinal(error, row)) throw error
      const { message, ...rest } = describe(error)
      const what = outcome.ok
        ? 'It was done, but recording it failed'
        : `It failed (${describe(outcome.error).message}), and recording that failed`
      await this.#settle('dead', { ...rest, message: `${what}: ${message}` })
    }
  }

  async #settle(state: 'settled' | 'dead', value: unknown, decide?: Decide): Promise<void> {
    const { id, epoch, queue, entity } = this.row
    const result = value === null || value === undefined ? null : this.#seal(value)
    const principal: Principal = { id: `effect:${queue}`, tenant: entity.tenant }
    const run = (tx: Tx): void => {
      refuseAsync(decide?.(tx))
      tx.promise({ op: 'settle', id, epoch, state, result })
    }
    const options = { cause: idWithin(entity.tenant, id), source: 'effect', isAlone: true }
    await this.#persist(() => this.#runtime.commit(principal, run, options))
    this.#runtime.ports.meter.count(`effect.${state}`)
  }

  /** Tries until the store takes it, as long as the claim is held and the process goes on. */
  async #persist(work: () => Promise<unknown>): Promise<void> {
    for (;;) {
      try {
        await work()
        return
      } catch (error) {
        if (!HoldfastError.is(error, 'unavailable') || error.details.reason === 'closed' || this.#abort.signal.aborted)
          throw error
        await this.#pause(RECORD_AGAIN_MS)
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#abort
    await new Promise<void>((resolve) => {
      const cancel = this.#runtime.ports.clock.after(ms, resolve)
      const stop = (): void => {
        cancel()
        resolve()
      }
      signal.addEventListener('abort', stop, { once: true })
    })
  }

  #seal(value: unknown): Uint8Array {
    return this.#runtime.ports.store.codec.seal(encodeLeaf(value, undefined, ['the result of the effect']))
  }

  #open(sealed: Uint8Array): unknown {
    const node = decodeNode(this.#runtime.ports.store.codec.open(sealed))
    return node.type === 'leaf' ? node.value : undefined
  }
}

/** True when nothing more can be done: another claim is running or it was cancelled, or the store takes nothing. */
function isFinal(error: unknown, row: OutboxRow): boolean {
  return HoldfastError.is(error, 'unavailable') || (HoldfastError.is(error, 'conflict') && error.details.entity === row.id)
}

/** The types allow a function that returns a promise where nothing is to be returned. @throws invalid */
function refuseAsync(value: unknown): void {
  if (!(value instanceof Promise)) return
  value.catch(() => {})
  throw new HoldfastError('invalid', 'A decision about an effect or timer must be synchronous', { path: 'done' })
}
