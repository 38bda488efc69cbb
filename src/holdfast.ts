import { AgentSession } from './agent-session.ts'
import {
  type Cipher,
  type Clock,
  consoleLogger,
  HoldfastError,
  type Logger,
  type Meter,
  silentMeter,
  systemClock,
  withoutPassword,
} from './core/index.ts'
import {
  type AnyMachine,
  Cascade,
  effectHandlers,
  followSession,
  Instances,
  instanceId,
  MACHINE_KIND,
  MachineInstance,
  Machines,
  MachineTx,
  type StatechartOptions,
  Statecharts,
  StoredMachines,
  timerHandlers,
} from './machine/index.ts'
import { instanceSecrets } from './masking.ts'
import {
  type AuditSink,
  type Change,
  type CommitOptions,
  type Committed,
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
  type WatchOptions,
} from './runtime/index.ts'
import {
  anySession,
  ContextMemory,
  SESSION_KIND,
  SecretTexts,
  type SessionDefinition,
  Sessions,
  type SessionTarget,
  SessionTx,
  type TempChange,
  TempVariables,
  type Variables,
} from './session/index.ts'
import type { MachineTypes } from './statechart/index.ts'
import { createMemoryEngine, createSqliteEngine, type Durability, type Engine, Store } from './store/index.ts'

/** How a store is opened. */
export interface OpenOptions {
  /** `full` (default): what is acknowledged survives loss of power. `os`: it survives the process, not the machine. */
  readonly durability?: Durability
  /** Bytes of state kept in memory. Default 32 MiB. */
  readonly cacheBytes?: number
  readonly cipher?: Cipher
  /** Encoded values of at least this many bytes are compressed. Default 4,096. */
  readonly compressFrom?: number
  /** The machines that may live here: definitions alone, or with implementations (`durable`). */
  readonly machines?: readonly AnyMachine[]
  /** What machines need whose definitions are kept in the store (`statecharts.define`): their actors and effects, by name. */
  readonly statecharts?: StatechartOptions
  /** Handlers for effects, by name. */
  readonly effects?: EffectHandlers
  /** What happens when a timer of an entity of a kind is due, by kind. */
  readonly timers?: TimerHandlers
  /** Run effects, timers and sweeping in this process. Default true. */
  readonly worker?: boolean
  readonly retention?: Retention
  readonly limits?: RuntimeLimits
  readonly gate?: Gate
  readonly audit?: AuditSink
  readonly clock?: Clock
  readonly logger?: Logger
  readonly meter?: Meter
}

/**
 * Opens a store: `memory:`, `file:` and a path, or the URL of a PostgreSQL database (`postgres://`). What is missing is created.
 * @throws invalid for an unusable URL or a file of another program; needs_migration; corrupt; not_found; unavailable.
 */
export async function open(url: string, options: OpenOptions = {}): Promise<Holdfast> {
  const store = new Store(await openEngine(url, options), options)
  await store.refresh()
  return new Holdfast(store, options, url)
}

async function openEngine(url: string, { durability = 'full' }: OpenOptions): Promise<Engine> {
  if (url === 'memory:') return createMemoryEngine()
  if (url.startsWith('file:') && url.length > 5) return createSqliteEngine({ file: url.slice(5), durability })
  if (/^postgres(ql)?:/.test(url)) return (await import('./store/postgres/index.ts')).openPostgresEngine({ url })
  throw new HoldfastError(
    'invalid',
    `Expected a store such as file:./agent.db, postgres://host/database or memory:, got ${JSON.stringify(withoutPassword(url))}`,
    {
      path: 'store',
    },
  )
}

/** An open store, used as the local owner. `as` gives the same for somebody else. */
export class Holdfast {
  readonly store: Store
  readonly runtime: Runtime
  readonly timeline: Timeline
  readonly feed: Feed
  readonly dispatcher: Dispatcher
  readonly sweeper: Sweeper
  /** The machines it was opened with. */
  readonly machines: Machines
  readonly #owner: Bot
  /** @internal `temp:` variables of this process's sessions. */
  readonly temp = new TempVariables()
  /** @internal What contexts need to remember: reads of this process's sessions. */
  readonly contextMemory = new ContextMemory()
  /** @internal What events may repeat of secrets. */
  readonly secretTexts: SecretTexts
  #closed: Promise<void> | undefined

  /** What it was opened by, e.g. `file:./agent.db`. */
  readonly url: string

  constructor(store: Store, options: OpenOptions, url = `${store.engine.name}:`) {
    this.url = url
    const { clock = systemClock, logger = consoleLogger, meter = silentMeter, gate = openGate, audit = { record() {} } } = options
    this.store = store
    this.runtime = new Runtime({ store, clock, logger, meter, gate, audit }, options.limits)
    this.timeline = new Timeline(store)
    this.secretTexts = new SecretTexts(this.timeline, store, { [MACHINE_KIND]: instanceSecrets })
    this.feed = new Feed(store, { clock, logger })
    this.machines = new Machines(options.machines ?? [], new StoredMachines(this.runtime, options.statecharts))
    const effects = { ...options.effects, ...effectHandlers(this.machines) }
    this.dispatcher = new Dispatcher(this.runtime, effects, { ...options.timers, ...timerHandlers(this.machines) })
    this.runtime.follow = followSession(this.machines, store)
    this.sweeper = new Sweeper(this.runtime, options.retention)
    this.runtime.onDurable(() => this.feed.wake())
    this.#owner = new Bot(this, localOwner)
    if (options.worker ?? true) {
      this.machines.checkImplemented()
      this.dispatcher.start()
      this.sweeper.start()
    }
  }

  /** The store in somebody's hands. */
  as(principal: Principal): Bot {
    return new Bot(this, principal)
  }

  get sessions(): Sessions {
    return this.#owner.sessions
  }

  get instances(): Instances {
    return this.#owner.instances
  }

  get statecharts(): Statecharts {
    return this.#owner.statecharts
  }

  get effects(): Effects {
    return this.#owner.effects
  }

  session(id: string, options?: SessionHandleOptions): AgentSession
  session<State extends object>(
    definition: SessionDefinition<State>,
    id: string,
    options?: SessionHandleOptions,
  ): AgentSession<State>
  session(first: string | SessionDefinition, second?: string | SessionHandleOptions, third?: SessionHandleOptions): AgentSession {
    return typeof first === 'string'
      ? this.#owner.session(first, second as SessionHandleOptions)
      : this.#owner.session(first, second as string, third)
  }

  /** A machine's handle: an instance by its name, in the tree of a session. A defined one may be named: `order`, or `order@2`. */
  machine<T extends MachineTypes>(machine: AnyMachine<T> | string, session: string, name: string): MachineInstance<T> {
    return this.#owner.machine(machine, session, name)
  }

  /** An instance by its full id, whatever machine it is of. */
  instance(id: string): MachineInstance {
    return this.#owner.instance(id)
  }

  commit<Value>(decide: (tx: BotTx) => Synchronous<Value>, options?: CommitOptions): Promise<Committed<Value>> {
    return this.#owner.commit(decide, options)
  }

  watch(options?: WatchOptions): AsyncGenerator<Change> {
    return this.#owner.watch(options)
  }

  /** Lets everything on its way finish, then closes. What does not finish within `drainMs` (default 10 s) is left to the next start. */
  close(options: { readonly drainMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#close(options.drainMs ?? 10_000)
    return this.#closed
  }

  async #close(drainMs: number): Promise<void> {
    await this.dispatcher.stop(drainMs)
    await this.sweeper.stop()
    await this.runtime.close()
    this.feed.close()
    await this.store.engine.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** What a session handle may be told besides the id. */
export interface SessionHandleOptions {
  /** Whose session this is; binds its `user:` variables. */
  readonly user?: string
}

/** Everything a principal can do. */
export class Bot {
  readonly #hf: Holdfast
  readonly #principal: Principal

  constructor(hf: Holdfast, principal: Principal) {
    this.#hf = hf
    this.#principal = principal
  }

  /** Lists and finds sessions. */
  get sessions(): Sessions {
    return new Sessions(this.#hf.runtime, this.#principal)
  }

  /** Lists and finds instances of machines. */
  get instances(): Instances {
    return new Instances(this.#hf, this.#principal)
  }

  /** Defines machines that live in the store, and lists them. */
  get statecharts(): Statecharts {
    return new Statecharts(this.#hf, this.#principal)
  }

  /** Effects and timers: what waits, runs, has failed. */
  get effects(): Effects {
    return this.#hf.dispatcher.effects(this.#principal)
  }

  /** A session's handle. Nothing is read or made until it is used. */
  session(id: string, options?: SessionHandleOptions): AgentSession
  session<State extends object>(
    definition: SessionDefinition<State>,
    id: string,
    options?: SessionHandleOptions,
  ): AgentSession<State>
  session(first: string | SessionDefinition, second?: string | SessionHandleOptions, third?: SessionHandleOptions): AgentSession {
    const [definition, id, options] =
      typeof first === 'string'
        ? [anySession, first, second as SessionHandleOptions | undefined]
        : [first, second as string, third]
    return new AgentSession(this.#hf, this.#principal, { definition, id, user: options?.user })
  }

  /**
   * A machine's handle: an instance by its name, in the tree of a session. Nothing is read or made until it is used. A defined one may be
   * named: `order`, or `order@2` for a version.
   */
  machine<T extends MachineTypes>(machine: AnyMachine<T> | string, session: string, name: string): MachineInstance<T> {
    const starts = this.#hf.machines.startable(machine, this.#principal)
    return new MachineInstance<T>(this.#hf, this.#principal, starts, instanceId(session, name))
  }

  /** An instance by its full id, `<session>/<name>`, whatever machine it is of: to look at it, send it events, stop or fork it. */
  instance(id: string): MachineInstance {
    return new MachineInstance(this.#hf, this.#principal, undefined, id)
  }

  /**
   * Changes several things in one commit, or none of them. The decision must be pure and synchronous; it may run more
   * than once.
   */
  async commit<Value>(decide: (tx: BotTx) => Synchronous<Value>, options?: CommitOptions): Promise<Committed<Value>> {
    const temp = new Map<string, TempChange>()
    const run = (tx: Tx): Synchronous<Value> => {
      const bot = new BotTx(tx, this.#hf, temp)
      const value = decide(bot)
      bot.finish()
      return value
    }
    try {
      return await this.#hf.runtime.commit<Value>(this.#principal, run, options)
    } catch (error) {
      for (const change of temp.values()) change.takeBack()
      throw error
    }
  }

  /** Every change of this principal's tenant, from now on or behind a cursor, once and in order. */
  watch(options: WatchOptions = {}): AsyncGenerator<Change> {
    this.#hf.runtime.ports.gate.check({ principal: this.#principal, action: 'watch', kind: options.kind ?? '*', id: options.id })
    return this.#hf.feed.watch(this.#principal.tenant, options)
  }
}

/** What a decision over several things works with. */
export class BotTx {
  readonly now: number
  readonly #tx: Tx
  readonly #hf: Holdfast
  readonly #temp: Map<string, TempChange>
  readonly #sessions = new Map<string, SessionTx<object>>()
  readonly #cascade: Cascade

  constructor(tx: Tx, hf: Holdfast, temp: Map<string, TempChange>) {
    this.#tx = tx
    this.#hf = hf
    this.#temp = temp
    this.#cascade = Cascade.of(tx, hf.machines)
    this.now = tx.now
  }

  /** A session; the same one each time it is asked for in this commit. */

  session(id: string, options?: SessionHandleOptions): SessionTx
  session<State extends object>(
    definition: SessionDefinition<State>,
    id: string,
    options?: SessionHandleOptions,
  ): SessionTx<State>
  session(first: string | SessionDefinition, second?: string | SessionHandleOptions, third?: SessionHandleOptions): SessionTx {
    const [definition, id, options] =
      typeof first === 'string'
        ? [anySession, first, second as SessionHandleOptions | undefined]
        : [first, second as string, third]
    const known = this.#sessions.get(id)
    if (known === undefined) return this.#open({ definition, id, user: options?.user })
    if (definition === anySession || definition === known.definition) return known as unknown as SessionTx
    const message = `Session ${id} is ${known.definition.name} in this commit already, it cannot be ${definition.name} too`
    throw new HoldfastError('invalid', message, { entity: id })
  }

  #open(target: SessionTarget<Variables>): SessionTx {
    const { id } = target
    const ref = { tenant: this.#tx.principal.tenant, kind: SESSION_KIND, id }
    const temp = this.#temp.get(id) ?? this.#hf.temp.change(ref)
    this.#temp.set(id, temp)
    const session = new SessionTx(this.#tx, target, temp)
    this.#sessions.set(id, session as SessionTx<object>)
    return session
  }

  /** A machine in the tree of a session. */
  machine<T extends MachineTypes>(machine: AnyMachine<T> | string, session: string, name: string): MachineTx<T> {
    const starts = this.#hf.machines.startable(machine, this.#tx.principal)
    return new MachineTx<T>(this.#cascade, starts, instanceId(session, name))
  }

  /** An entity of a kind of your own: entries by key, terms, effects, timers. */
  entity(kind: string, id: string): EntityTx {
    return this.#tx.entity(kind, id)
  }

  /** An id that is new, and the same each time this decision runs. */
  id(): string {
    return this.#tx.id()
  }

  /** Ends an effect or timer that has not ended yet. */
  cancel(id: string): void {
    this.#tx.cancel(id)
  }

  /** @internal */
  finish(): void {
    for (const session of this.#sessions.values()) session.finish()
    this.#cascade.finish()
  }
}
