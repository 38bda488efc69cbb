import { HoldfastError } from '../core/index.ts'
import { decodeNode, type EntityRef, type OutboxRow, type OutboxState, type OutboxTally } from '../store/index.ts'
import type { CommitOptions } from './decision.ts'
import { idWithin, outboxId } from './outbox-id.ts'
import type { Principal } from './principal.ts'
import type { Runtime } from './runtime.ts'
import type { Tx } from './transaction.ts'

/** An effect or timer as an operator sees it. */
export interface EffectStatus {
  readonly id: string
  readonly entity: EntityRef
  readonly queue: string
  /** `running` is a claim under a live lease. */
  readonly state: OutboxState | 'running'
  readonly due: number
  readonly attempts: number
  readonly created: number
  readonly payload: unknown
  /** The recorded result, or the last error. */
  readonly result: unknown
}

/** Which effects and timers to list; by id, `after` continues behind one. */
export interface EffectQuery {
  readonly entity?: { readonly kind: string; readonly id: string }
  readonly queue?: string
  readonly state?: OutboxState
  /** Only those whose time had come at this time: milliseconds since the epoch. */
  readonly dueBy?: number
  readonly after?: string
  /** Default 100. */
  readonly limit?: number
}

/** Shows effects and timers, cancels those that wait or run, and gives dead ones another chance. */
export class Effects {
  readonly #runtime: Runtime
  readonly #principal: Principal

  constructor(runtime: Runtime, principal: Principal) {
    this.#runtime = runtime
    this.#principal = principal
  }

  async list(query: EffectQuery = {}): Promise<readonly EffectStatus[]> {
    this.#allow()
    const { entity, limit = 100, after, ...rest } = query
    const { tenant } = this.#principal
    const rows = await this.#runtime.ports.store.engine.outbox({
      ...rest,
      tenant,
      limit,
      ...(entity && { entity: { tenant, ...entity } }),
      ...(after !== undefined && { after: outboxId(tenant, after) }),
    })
    return rows.map((row) => this.#status(row))
  }

  /** @throws not_found */
  async get(id: string): Promise<EffectStatus> {
    this.#allow()
    return this.#status(await this.#row(id))
  }

  /** How many wait, run and are dead, each counted up to `most`. */
  async tally(most: number): Promise<OutboxTally> {
    this.#allow()
    const { store, clock } = this.#runtime.ports
    return store.engine.tally(this.#principal.tenant, clock.now(), most)
  }

  /**
   * Ends an effect that waits or runs (the handler's signal is aborted), or gives up a dead one. True when an earlier request with
   * the same key has done it.
   * @throws not_found; conflict when it is done.
   */
  async cancel(id: string, options: CommitOptions = {}): Promise<boolean> {
    this.#allow()
    const { state } = await this.#row(id)
    const decide = (tx: Tx): void => {
      if (state === 'settled')
        throw new HoldfastError('conflict', `Effect ${id} is done; nothing of it can be cancelled`, { entity: id })
      tx.cancel(id)
    }
    const { replayed } = await this.#runtime.commit(this.#principal, decide, options)
    return replayed
  }

  /**
   * Runs a dead or cancelled effect again, with new attempts. True when an earlier request with the same key has done it.
   * @throws not_found; conflict when it has not failed.
   */
  async retry(id: string, options: CommitOptions = {}): Promise<boolean> {
    this.#allow()
    const { state, queue, entity, payload, id: name } = await this.#row(id)
    const decide = (tx: Tx): void => {
      if (state !== 'dead' && state !== 'cancelled') {
        const message = `Effect ${id} is ${state}; only a dead or cancelled one can be run again`
        throw new HoldfastError('conflict', message, { entity: id })
      }
      tx.operate({ op: 'put', id: name, entity, queue, due: tx.now, payload })
    }
    const { replayed } = await this.#runtime.commit(this.#principal, decide, options)
    return replayed
  }

  async #row(id: string): Promise<OutboxRow> {
    const row = await this.#runtime.ports.store.engine.outboxRow(outboxId(this.#principal.tenant, id))
    if (row === undefined || row.entity.tenant !== this.#principal.tenant)
      throw new HoldfastError('not_found', `There is no effect ${id}`, { entity: id })
    return row
  }

  #status(row: OutboxRow): EffectStatus {
    const { entity, queue, due, attempts, created, owner, lease } = row
    const held = owner !== null && (lease ?? 0) > this.#runtime.ports.clock.now()
    const state = row.state === 'due' && held ? 'running' : row.state
    return {
      id: idWithin(entity.tenant, row.id),
      entity,
      queue,
      state,
      due,
      attempts,
      created,
      payload: this.#open(row.payload),
      result: row.result && this.#open(row.result),
    }
  }

  #open(sealed: Uint8Array): unknown {
    const node = decodeNode(this.#runtime.ports.store.codec.open(sealed))
    return node.type === 'leaf' ? node.value : undefined
  }

  #allow(): void {
    this.#runtime.ports.gate.check({ principal: this.#principal, action: 'operate', kind: 'effect' })
  }
}
