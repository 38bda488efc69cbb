import { HoldfastError, randomId } from '../core/index.ts'
import { type Commit, type OutboxRow, type OutboxWrite, refKey } from '../store/index.ts'
import type { Decision } from './decision.ts'
import { Effects } from './effects.ts'
import { Execution, type Handler } from './execution.ts'
import type { EffectHandlers, TimerHandlers } from './handler.ts'
import { timerQueue } from './outbox-id.ts'
import type { Principal } from './principal.ts'
import type { Runtime } from './runtime.ts'

/** A claim lasts this long unless renewed; a process that dies is taken over after it. */
export const LEASE_MS = 15_000
/** Below this, a pause of the process or a slow answer of the database would lose what runs. */
const SHORTEST_LEASE_MS = 1000
/** Effects running at once in this process: most of them wait for somebody's answer, a model's for instance. */
const CONCURRENCY = 128
/** Other processes may add work without a hint to this one: it is looked for this often. */
const POLL_MS = 1000

/**
 * Runs what commits have promised: claims due effects and timers under a lease, runs their handlers, and records each
 * result in a commit that names the effect and the epoch it was claimed under. A handler may run more than once; its
 * result is recorded once.
 */
export class Dispatcher {
  /** Names this process in claims. */
  readonly owner = randomId()
  /** Milliseconds. */
  readonly lease: number
  readonly #runtime: Runtime
  readonly #handlers: ReadonlyMap<string, Handler>
  readonly #running = new Set<Execution>()
  /** Born claimed while every place was taken; they are next. */
  readonly #line: Execution[] = []
  /** Born claimed in the commits that are being looked through. */
  readonly #born: OutboxRow[] = []
  /** True when the last look had no place for all that was due. */
  #isFull = false
  #started = false
  #cancelSleep: (() => void) | undefined
  #sleepUntil = Number.POSITIVE_INFINITY
  #looking: Promise<void> | undefined
  #lookAgain = false
  #forget: (() => void)[] = []
  #idle: (() => void)[] = []

  /** @throws invalid for a lease that is too short. */
  constructor(runtime: Runtime, effects: EffectHandlers, timers: TimerHandlers, lease = LEASE_MS) {
    if (!(Number.isSafeInteger(lease) && lease >= SHORTEST_LEASE_MS)) {
      const message = `Expected a lease of at least ${SHORTEST_LEASE_MS} ms, got ${lease}`
      throw new HoldfastError('invalid', message, { path: 'lease' })
    }
    this.lease = lease
    this.#runtime = runtime
    this.#handlers = new Map([
      ...Object.entries(effects).map(([name, of]): [string, Handler] => [name, { is: 'effect', of }]),
      ...Object.entries(timers).map(([kind, of]): [string, Handler] => [timerQueue(kind), { is: 'timer', of }]),
    ])
  }

  /** Effects and timers as a principal sees them. */
  effects(principal: Principal): Effects {
    return new Effects(this.#runtime, principal)
  }

  /** How many run here, or are held to run next. */
  get running(): number {
    return this.#running.size + this.#line.length
  }

  start(): void {
    if (this.#started || this.#handlers.size === 0) return
    this.#started = true
    this.#runtime.claim = (queue) => this.#claimForBirth(queue)
    this.#forget = [this.#runtime.onDurable((decisions) => this.#committed(decisions)), this.#keepLeases()]
    void this.#look()
  }

  /** Takes no more work and waits for what runs; aborts it when that takes longer than `drainMs`. */
  async stop(drainMs: number): Promise<void> {
    if (!this.#started) return
    this.#started = false
    this.#runtime.claim = () => undefined
    this.#cancelSleep?.()
    await this.#looking
    await Promise.all(this.#line.splice(0).map((execution) => this.#handBack(execution)))
    const cancel = this.#runtime.ports.clock.after(
      drainMs,
      () => {
        for (const execution of this.#running) execution.abort('the process is shutting down')
      },
      true,
    )
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
    cancel()
    for (const forget of this.#forget.splice(0)) forget()
  }

  /** A claim for an effect that is being born, as long as it would run at once. */
  #claimForBirth(queue: string): { owner: string; lease: number } | undefined {
    if (this.#handlers.get(queue)?.is !== 'effect' || this.running >= CONCURRENCY) return undefined
    return { owner: this.owner, lease: this.#runtime.ports.clock.now() + this.lease }
  }

  #committed(decisions: readonly Decision[]): void {
    let due = Number.POSITIVE_INFINITY
    for (const { outcome } of decisions) {
      if (outcome?.do !== 'commit') continue
      for (const { state, deletes } of outcome.parts) {
        if (deletes)
          this.#abort(
            ({ entity }) => entity.kind === state.ref.kind && entity.id === state.ref.id && entity.tenant === state.ref.tenant,
          )
      }
      for (const write of outcome.commit.outbox) due = Math.min(due, this.#promised(outcome.commit, write))
    }
    for (const row of this.#born.splice(0)) this.#begin(row)
    if (due < this.#sleepUntil) void this.#look()
  }

  /** Returns when something is to be looked for. */
  #promised(commit: Commit, write: OutboxWrite): number {
    if (write.op === 'release') return write.due
    if (write.op === 'settle') return Number.POSITIVE_INFINITY
    this.#abort(({ id }) => id === write.id)
    if (write.op === 'cancel') return Number.POSITIVE_INFINITY
    if (write.claim?.owner !== this.owner) return write.due
    const first = firstClaim(commit, write)
    if (first === undefined) void this.#adopt(write.id)
    else this.#born.push(first)
    return Number.POSITIVE_INFINITY
  }

  /** What was cancelled or put anew is not to go on. */
  #abort(matches: (row: OutboxRow) => boolean): void {
    for (const execution of this.#running) if (matches(execution.row)) execution.abort('it was cancelled or replaced')
    const kept = this.#line.filter(({ row }) => !matches(row))
    this.#line.splice(0, this.#line.length, ...kept)
    const born = this.#born.filter((row) => !matches(row))
    this.#born.splice(0, this.#born.length, ...born)
  }

  /** Starts an effect that was born claimed, unless a later commit has ended it. */
  async #adopt(id: string): Promise<void> {
    const { logger, store } = this.#runtime.ports
    try {
      const row = await store.engine.outboxRow(id)
      if (row?.state === 'due' && row.owner === this.owner && !this.#has(row)) this.#begin(row)
    } catch (error) {
      logger.warn(`starting effect ${id} failed; it starts when its claim ends`, { error: String(error) })
    }
  }

  /** Runs what is claimed for this process, or has it wait for a place. */
  #begin(row: OutboxRow): void {
    const handler = this.#handlers.get(row.queue)
    if (handler === undefined) return
    const execution = new Execution(this.#runtime, row, handler)
    if (!this.#started) void this.#handBack(execution)
    else if (this.#running.size < CONCURRENCY) this.#run(execution)
    else this.#line.push(execution)
  }

  #has({ id, epoch }: OutboxRow): boolean {
    return [...this.#running, ...this.#line].some(({ row }) => row.id === id && row.epoch === epoch)
  }

  async #handBack(execution: Execution): Promise<void> {
    execution.abort('the process is shutting down')
    await execution.release(execution.reason).catch((error: unknown) => this.#lost(execution.row, error))
  }

  /** Claims what is due and sleeps until something is. One look at a time; a wish for another is remembered. */
  async #look(): Promise<void> {
    if (this.#looking !== undefined) {
      this.#lookAgain = true
      return
    }
    this.#looking = this.#lookOnce().catch((error: unknown) => {
      this.#runtime.ports.logger.warn('looking for due effects failed; trying again', { error: String(error) })
      if (this.#started) this.#sleep(this.#runtime.ports.clock.now() + POLL_MS)
    })
    await this.#looking
    this.#looking = undefined
    if (this.#lookAgain && this.#started) {
      this.#lookAgain = false
      void this.#look()
    }
  }

  async #lookOnce(): Promise<void> {
    const { store, clock } = this.#runtime.ports
    const free = CONCURRENCY - this.running
    const now = clock.now()
    const rows = free <= 0 || !this.#started ? [] : await this.#claim(now, free)
    for (const row of rows) {
      const handler = this.#handlers.get(row.queue)
      if (handler !== undefined) this.#run(new Execution(this.#runtime, row, handler))
    }
    if (!this.#started) return
    // With every place taken there is nothing to wake up for: whoever ends looks again.
    this.#isFull = rows.length >= free
    const next = this.#isFull ? undefined : await store.engine.nextDue([...this.#handlers.keys()])
    this.#sleep(Math.max(Math.min(next ?? Number.POSITIVE_INFINITY, now + POLL_MS), now + 1))
  }

  async #claim(now: number, limit: number): Promise<readonly OutboxRow[]> {
    const { engine } = this.#runtime.ports.store
    const queues = [...this.#handlers.keys()]
    const due = await engine.nextDue(queues)
    if (due === undefined || due > now) return []
    return engine.claim({ owner: this.owner, queues, now, lease: now + this.lease, limit })
  }

  #sleep(until: number): void {
    this.#cancelSleep?.()
    this.#sleepUntil = until
    this.#cancelSleep = this.#runtime.ports.clock.after(until - this.#runtime.ports.clock.now(), () => {
      this.#sleepUntil = Number.POSITIVE_INFINITY
      void this.#look()
    })
  }

  #run(execution: Execution): void {
    this.#running.add(execution)
    execution
      .run()
      .catch((error: unknown) => this.#lost(execution.row, error))
      .finally(() => this.#ended(execution))
  }

  #ended(execution: Execution): void {
    this.#running.delete(execution)
    const next = this.#started ? this.#line.shift() : undefined
    if (next !== undefined) this.#run(next)
    else if (this.#started && this.#isFull) void this.#look()
    if (this.#running.size === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }

  /** Its result came too late (another claim is running), or could not be recorded: the lease will tell. */
  #lost(row: OutboxRow, error: unknown): void {
    const { logger, meter } = this.#runtime.ports
    meter.count('effect.lost')
    if (!HoldfastError.is(error, 'conflict'))
      logger.warn(`recording effect ${row.id} (${row.queue}) failed`, { error: String(error) })
  }

  #keepLeases(): () => void {
    const { clock, store } = this.#runtime.ports
    let cancel = (): void => {}
    const renew = async (): Promise<void> => {
      const claims = [...this.#running, ...this.#line].map(({ row: { id, epoch } }) => ({ id, epoch }))
      const lost = claims.length === 0 ? [] : await store.engine.renew(claims, clock.now() + this.lease)
      if (lost.length > 0) this.#abort(({ id }) => lost.includes(id))
    }
    const next = (): void => {
      cancel = clock.after(this.lease / 3, () => {
        renew().then(next, next)
      })
    }
    next()
    return () => cancel()
  }
}

/**
 * What the engine has made of an effect that was born claimed, where that can be told without reading it: an entity that never was has
 * promised nothing before. Were it otherwise, the epoch would be another one, and what comes of this claim be refused.
 */
function firstClaim({ at, expect }: Commit, write: OutboxWrite & { readonly op: 'put' }): OutboxRow | undefined {
  const { id, entity, queue, due, payload, claim } = write
  const name = refKey(entity)
  const isFirst = expect.some((each) => 'revision' in each && each.revision === 0 && refKey(each.entity) === name)
  if (!isFirst || claim === undefined) return undefined
  const { owner, lease } = claim
  return { id, entity, queue, state: 'due', due, owner, lease, epoch: 1, attempts: 1, created: at, payload, result: null }
}
