import { type ClaimSum, isAlive, type NodeRow, type QueueSum } from '../store/index.ts'
import type { Presence } from './presence.ts'
import type { Principal } from './principal.ts'
import type { Runtime } from './runtime.ts'

/** A process that works on the store, as an operator sees it. */
export interface NodeStatus extends NodeRow {
  /** It has been heard of within its lease. */
  readonly alive: boolean
  /** The process that tells this. */
  readonly self: boolean
}

/** What waits in a queue, and for how long. */
export interface QueueStatus extends QueueSum {
  /** Milliseconds since the oldest row that waits was due; 0 without any. */
  readonly lag: number
}

/** Who works on a store, who runs what, and what waits. */
export interface NodeReport {
  /** False for engines of one machine: then only this process is known, and claims may name others. */
  readonly registered: boolean
  readonly nodes: readonly NodeStatus[]
  /** By owner, which is the id of a node, and queue. A node that was forgotten may still be named. */
  readonly claims: readonly ClaimSum[]
  readonly queues: readonly QueueStatus[]
}

/** Rows counted at most; see `WorkloadQuery`. */
const MOST = 10_000

/** Shows the processes that work on a store. */
export class Nodes {
  readonly #runtime: Runtime
  readonly #presence: Presence
  readonly #principal: Principal

  constructor(runtime: Runtime, presence: Presence, principal: Principal) {
    this.#runtime = runtime
    this.#presence = presence
    this.#principal = principal
  }

  /** @throws forbidden, unavailable */
  async list(): Promise<readonly NodeStatus[]> {
    this.#allow()
    return (await this.#rows()).map((row) => ({ ...row, alive: isAlive(row), self: row.id === this.#presence.id }))
  }

  /** @throws forbidden, unavailable */
  async report(): Promise<NodeReport> {
    this.#allow()
    const { store, clock } = this.#runtime.ports
    const { engine } = store
    const now = clock.now()
    const [nodes, { claims, queues }] = await Promise.all([this.list(), engine.workload({ now, most: MOST })])
    return {
      registered: engine.nodes !== undefined,
      nodes,
      claims,
      queues: queues.map((queue) => ({ ...queue, lag: queue.oldest === null ? 0 : Math.max(0, now - queue.oldest) })),
    }
  }

  #allow(): void {
    this.#runtime.ports.gate.check({ principal: this.#principal, action: 'operate', kind: 'store' })
  }

  async #rows(): Promise<readonly NodeRow[]> {
    const { nodes } = this.#runtime.ports.store.engine
    if (nodes !== undefined) return nodes.list()
    return this.#presence.isOn ? [this.#presence.self()] : []
  }
}
