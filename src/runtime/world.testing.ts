import { createCodec, type Logger, type Meter, randomId } from '../core/index.ts'
import { type EngineName, freshData } from '../store/engines.testing.ts'
import { decodeNode, type Engine, type EntityRef, encodeLeaf, Store } from '../store/index.ts'
import {
  type AuditEntry,
  type CommitOptions,
  Dispatcher,
  type EffectHandlers,
  type Effects,
  type EntityTx,
  Feed,
  type Gate,
  localOwner,
  openGate,
  type Principal,
  type Retention,
  Runtime,
  type RuntimeLimits,
  Sweeper,
  type Synchronous,
  Timeline,
  type TimerHandlers,
  type Tx,
  view,
} from './index.ts'
import { VirtualClock } from './virtual-clock.testing.ts'

/** How one process on a world's data is set up. */
export interface NodeOptions {
  readonly cacheBytes?: number
  readonly effects?: EffectHandlers
  readonly timers?: TimerHandlers
  readonly limits?: RuntimeLimits
  readonly retention?: Retention
  readonly gate?: Gate
  readonly audit?: (entry: AuditEntry) => void
  /** Puts something between the store and the engine. */
  readonly between?: (engine: Engine) => Engine
}

/** Data, a clock, and the processes that work with them. */
export class World {
  readonly clock = new VirtualClock()
  /** True where several processes may work on the data at once. */
  readonly isShared: boolean
  readonly #engine: () => Promise<Engine>
  readonly #nodes: Node[] = []

  constructor(name: EngineName) {
    this.isShared = name !== 'memory'
    this.#engine = freshData(name)
  }

  /** One more process on the data. In memory there can be only one at a time. */
  async open(options: NodeOptions = {}): Promise<Node> {
    const engine = this.clock.traffic.watching(await this.#engine())
    const node = new Node(options.between?.(engine) ?? engine, this.clock, options)
    await node.store.refresh()
    this.#nodes.push(node)
    node.dispatcher.start()
    return node
  }

  /** A commit on document `id` by a process that tells nobody: revision + 1, and the keys given. */
  async bump(id: string, values: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const engine = await this.#engine()
    const codec = createCodec()
    const writes = Object.entries(values).map(([key, value]) => {
      return { key, class: 'state' as const, subject: null, segment: codec.seal(encodeLeaf(value)), undo: null, run: 0 }
    })
    const change = { entity: ref(id), writes, terms: [], event: null }
    const nobody = { actor: null, cause: null, source: null, trust: null, store: null }
    await engine.commit([{ id: randomId(), at: this.clock.now(), ...nobody, expect: [], entities: [change], outbox: [] }])
    await engine.close()
  }

  async close(): Promise<void> {
    for (const node of this.#nodes) await node.close()
  }
}

/** One process. */
export class Node {
  readonly store: Store
  readonly runtime: Runtime
  readonly dispatcher: Dispatcher
  readonly feed: Feed
  readonly sweeper: Sweeper
  readonly timeline: Timeline
  readonly meter = new Tally()
  readonly log = new Notes()
  readonly audit: AuditEntry[] = []
  #closed: Promise<void> | undefined

  constructor(engine: Engine, clock: VirtualClock, options: NodeOptions) {
    const { meter, log: logger } = this
    const gate = options.gate ?? openGate
    const audit = { record: options.audit ?? ((entry: AuditEntry) => this.audit.push(entry)) }
    this.store = new Store(engine, { ...(options.cacheBytes !== undefined && { cacheBytes: options.cacheBytes }) })
    this.runtime = new Runtime({ store: this.store, clock, logger, meter, gate, audit }, options.limits)
    this.dispatcher = new Dispatcher(this.runtime, options.effects ?? {}, options.timers ?? {})
    this.feed = new Feed(this.store, { clock, logger })
    this.sweeper = new Sweeper(this.runtime, options.retention)
    this.timeline = new Timeline(this.store)
    this.runtime.onDurable(() => this.feed.wake())
  }

  get effects(): Effects {
    return this.dispatcher.effects(localOwner)
  }

  /** What a decision returns, once it is durable. */
  async commit<Value>(decide: (tx: Tx) => Synchronous<Value>, options?: CommitOptions, principal?: Principal): Promise<Value> {
    return (await this.runtime.commit(principal ?? localOwner, decide, options)).value
  }

  /** Adds 1 to `n` of document `id`; returns the sum. */
  add(id: string, options?: CommitOptions): Promise<number> {
    return this.commit((tx) => increment(doc(tx, id)), options)
  }

  /** The durable value of a key of document `id`. */
  read(id: string, key = 'n'): Promise<unknown> {
    return view(this.runtime, ref(id), ({ tree }) => {
      const bytes = tree.read(key)
      const node = bytes && decodeNode(bytes)
      return node?.type === 'leaf' ? node.value : undefined
    })
  }

  close(drainMs = 0): Promise<void> {
    this.#closed ??= this.#close(drainMs)
    return this.#closed
  }

  async #close(drainMs: number): Promise<void> {
    await this.dispatcher.stop(drainMs)
    await this.sweeper.stop()
    await this.runtime.close()
    this.feed.close()
    await this.store.engine.close()
  }
}

export function ref(id: string, kind = 'doc'): EntityRef {
  return { tenant: localOwner.tenant, kind, id }
}

export function doc(tx: Tx, id: string): EntityTx {
  return tx.entity('doc', id)
}

export function increment(entity: EntityTx, key = 'n'): number {
  const n = Number(entity.get(key) ?? 0) + 1
  entity.set(key, n)
  return n
}

/** A meter that keeps what it is told. */
class Tally implements Meter {
  readonly counts = new Map<string, number>()
  readonly gauges = new Map<string, number>()
  readonly values = new Map<string, number[]>()

  count(name: string, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by)
  }

  gauge(name: string, value: number): void {
    this.gauges.set(name, value)
  }

  record(name: string, value: number): void {
    this.values.set(name, [...(this.values.get(name) ?? []), value])
  }
}

/** A logger that keeps what it is told. */
class Notes implements Logger {
  readonly lines: string[] = []

  warn(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.lines.push(`${message} ${JSON.stringify(fields)}`)
  }

  error(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.lines.push(`${message} ${JSON.stringify(fields)}`)
  }
}
