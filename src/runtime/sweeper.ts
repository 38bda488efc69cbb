import type { EntityRef, EntityRow, Store, SweepReport } from '../store/index.ts'
import type { Runtime, RuntimePorts } from './runtime.ts'

/** What is kept, and for how long. Durations in milliseconds. */
export interface Retention {
  /** History younger than this is kept... Default 30 days. */
  readonly history?: number
  /** ...and the newest so many revisions of each entity, however old. Default 100. */
  readonly revisions?: number
  /** Default 24 hours. */
  readonly idempotency?: number
  /** Effects and timers that have ended. Default 7 days. */
  readonly settled?: number
  /** Entities are deleted when they have been expired for so long; until then they can be read and reopened. Default 30 days. */
  readonly expired?: number
}

const DAY = 24 * 60 * 60 * 1000
/** Entities visited in one step; between two steps others get their turn. */
const STEP = 200
const EVERY_MS = 60 * 60 * 1000
/** A fork of a fork of a fork ... reads through this many origins. */
const MOST_DEEP = 4
/** Forks made independent between two looks for more. */
const FORKS = 10
/** Expired entities deleted between two looks for more. */
const EXPIRED = 100
/** Entries handed to a fork at a time. */
const ADOPT = 500

/** What one round has forgotten: rows, and entities that had expired. */
export type SweepTotal = Omit<SweepReport, 'next'> & { readonly expired: number }

/** Forgets, in small steps, what retention no longer keeps. */
export class Sweeper {
  readonly #runtime: Runtime
  readonly #store: Store
  readonly #ports: RuntimePorts
  readonly #retention: Required<Retention>
  #cancel: (() => void) | undefined
  #stopped = false
  #sweeping: Promise<unknown> | undefined

  constructor(runtime: Runtime, retention: Retention = {}) {
    this.#runtime = runtime
    this.#store = runtime.ports.store
    this.#ports = runtime.ports
    this.#retention = { history: 30 * DAY, revisions: 100, idempotency: DAY, settled: 7 * DAY, expired: 30 * DAY, ...retention }
  }

  /** Sweeps every hour from now on. */
  start(): void {
    this.#stopped = false
    this.#cancel = this.#ports.clock.after(EVERY_MS, () => {
      this.#sweeping = this.sweep()
        .catch((error: unknown) => {
          this.#ports.logger.warn('sweeping failed; trying again in an hour', { error: String(error) })
        })
        .finally(() => {
          if (!this.#stopped) this.start()
        })
    })
  }

  /** Sweeps no more; resolves when the step that is being made has been made. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel?.()
    await this.#sweeping
  }

  /** One whole round. Forks of what is about to be forgotten are made independent first. */
  async sweep(): Promise<SweepTotal> {
    const { engine } = this.#store
    const now = this.#ports.clock.now()
    const { history, revisions, idempotency, settled, expired } = this.#retention
    const deleted = await this.#deleteExpired(now - expired)
    await this.#flattenForks(now - history)
    const total = { changes: 0, records: 0, idempotency: 0, outbox: 0, expired: deleted }
    for (let after: number | null = 0; after !== null && !this.#stopped; ) {
      const report: SweepReport = await engine.sweep({
        historyBefore: now - history,
        keepRevisions: revisions,
        idempotencyBefore: now - idempotency,
        settledBefore: now - settled,
        limit: STEP,
        after,
      })
      total.changes += report.changes
      total.records += report.records
      total.idempotency += report.idempotency
      total.outbox += report.outbox
      after = report.next
      await new Promise((resolve) => setImmediate(resolve))
    }
    return total
  }

  /** Returns how many were deleted. */
  async #deleteExpired(before: number): Promise<number> {
    let deleted = 0
    for (let failed = 0; !this.#stopped; ) {
      const found = await this.#store.engine.expired(before, failed + EXPIRED)
      const todo = found.slice(failed)
      for (const row of todo) {
        if (await this.#deletedExpired(row, before)) deleted++
        else failed++
      }
      if (todo.length < EXPIRED) break
    }
    return deleted
  }

  /** One that cannot be deleted must not keep all others; one that was reopened meanwhile stays. */
  async #deletedExpired({ tenant, kind, id }: EntityRow, before: number): Promise<boolean> {
    try {
      const { value } = await this.#runtime.commit({ id: 'sweeper', tenant }, (tx) => {
        const entity = tx.entity(kind, id)
        const expires = entity.outline?.expires ?? null
        if (expires === null || expires > before) return false
        entity.event('expire')
        entity.destroy()
        return true
      })
      return value
    } catch (error) {
      this.#ports.logger.warn(`deleting the expired ${kind} ${id} failed`, { error: String(error) })
      return false
    }
  }

  async #flattenForks(createdBefore: number): Promise<void> {
    for (let failed = 0; !this.#stopped; ) {
      const forks = await this.#store.engine.forks({ createdBefore, limit: failed + FORKS })
      const todo = forks.slice(failed)
      for (const fork of todo) if (!(await this.#flattened(fork))) failed++
      if (todo.length < FORKS) return
    }
  }

  /** One fork that cannot be read must not keep all others, and the history they hold, for ever. */
  async #flattened(fork: EntityRow): Promise<boolean> {
    try {
      await this.flatten(fork)
      return true
    } catch (error) {
      this.#ports.logger.warn(`making fork ${fork.kind} ${fork.id} independent failed`, { error: String(error) })
      return false
    }
  }

  /** Makes a fork independent when it stands at the end of a long row of forks: each read would go through all of them. */
  async limitDepth(ref: EntityRef): Promise<void> {
    const { engine } = this.#store
    const fork = await engine.entity(ref)
    let depth = 0
    for (let row = fork; row?.origin; row = await engine.entityByNum(row.origin.num)) depth++
    if (fork !== undefined && depth > MOST_DEEP) await this.flatten(fork)
  }

  /** Gives a fork its own copy of what it reads from its origin. */
  async flatten(fork: EntityRow): Promise<void> {
    const inherited = await this.#store.reader.inherited(fork)
    const entries = [...inherited].map(([key, { plain, subject }]) => ({ key, subject, segment: this.#store.codec.seal(plain) }))
    for (let i = 0; i < entries.length; i += ADOPT) await this.#store.engine.adopt(fork.num, entries.slice(i, i + ADOPT), false)
    await this.#store.engine.adopt(fork.num, [], true)
    this.#store.invalidate(this.#store.state(fork))
  }
}
