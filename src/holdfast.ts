import { AgentSession } from './agent-session.ts'
import { BotTx, type SessionHandleOptions } from './bot-tx.ts'
import { Conversation, conversationTimers, endConversations, MAIN } from './conversation/index.ts'
import { type Cipher, type Clock, consoleLogger, type Logger, type Meter, silentMeter, systemClock } from './core/index.ts'
import {
  type AnyMachine,
  effectHandlers,
  followSession,
  Instances,
  instanceId,
  MACHINE_KIND,
  MachineInstance,
  Machines,
  type StatechartOptions,
  Statecharts,
  StoredMachines,
  timerHandlers,
} from './machine/index.ts'
import { instanceSecrets } from './masking.ts'
import { openEngine } from './open-engine.ts'
import {
  type AuditSink,
  type Change,
  type CommitOptions,
  type Committed,
  Dispatcher,
  type EffectHandlers,
  type Effects,
  Feed,
  type Gate,
  localOwner,
  Nodes,
  openGate,
  Presence,
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
  endBelongings,
  SecretTexts,
  type SessionDefinition,
  Sessions,
  type TempChange,
  TempVariables,
} from './session/index.ts'
import type { MachineTypes } from './statechart/index.ts'
import { type Durability, Store } from './store/index.ts'
import { type AnyTask, Approvals, endRuns, Run, Runs, type TaskServices, Tasks, taskHandlers, taskTimers } from './task/index.ts'
import { runCommit } from './tasks.ts'
import { packageVersion } from './version.ts'

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
  /** The tasks whose runs may be started and go on here (`defineTask`). */
  readonly tasks?: readonly AnyTask[]
  /** Handlers for effects, by name. */
  readonly effects?: EffectHandlers
  /** What happens when a timer of an entity of a kind is due, by kind. */
  readonly timers?: TimerHandlers
  /** Run effects, timers and sweeping in this process. Default true. */
  readonly worker?: boolean
  /**
   * Milliseconds for which this process holds what it runs, unless it renews that: if it dies, others take over after so long. A process
   * that stands still for longer loses what it ran. Default 15,000, at least 1,000.
   */
  readonly lease?: number
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
  const engine = await openEngine(url, options)
  try {
    const store = new Store(engine, options)
    await store.refresh()
    return new Holdfast(store, options, url)
  } catch (error) {
    await engine.close()
    throw error
  }
}

/** An open store, used as the local owner. `as` gives the same for somebody else. */
export class Holdfast {
  readonly store: Store
  readonly runtime: Runtime
  readonly timeline: Timeline
  readonly feed: Feed
  readonly dispatcher: Dispatcher
  readonly sweeper: Sweeper
  /** @internal This process among those that work on the store. */
  readonly presence: Presence
  /** The machines it was opened with. */
  readonly machines: Machines
  /** The tasks it was opened with. */
  readonly tasks: Tasks
  readonly #owner: Bot
  /** @internal `temp:` variables of this process's sessions. */
  readonly temp = new TempVariables()
  /** @internal What contexts need to remember: reads of this process's sessions. */
  readonly contextMemory = new ContextMemory()
  /** @internal What events may repeat of secrets. */
  readonly secretTexts: SecretTexts
  #drained: Promise<void> | undefined
  #closed: Promise<void> | undefined

  /** What it was opened by, e.g. `file:./agent.db`. */
  readonly url: string

  constructor(store: Store, options: OpenOptions, url = `${store.engine.name}:`) {
    this.url = url
    const {
      clock = store.engine.clock ?? systemClock,
      logger = consoleLogger,
      meter = silentMeter,
      gate = openGate,
      audit = { record() {} },
    } = options
    this.store = store
    this.runtime = new Runtime({ store, clock, logger, meter, gate, audit }, options.limits)
    this.timeline = new Timeline(store)
    this.secretTexts = new SecretTexts(this.timeline, store, { [MACHINE_KIND]: instanceSecrets })
    this.feed = new Feed(store, { clock, logger })
    this.machines = new Machines(options.machines ?? [], new StoredMachines(this.runtime, options.statecharts))
    this.tasks = new Tasks(options.tasks ?? [])
    const effects = { ...options.effects, ...effectHandlers(this.machines), ...taskHandlers(this.#taskServices()) }
    const timers = { ...options.timers, ...timerHandlers(this.machines), ...taskTimers(this.tasks), ...conversationTimers }
    this.dispatcher = new Dispatcher(this.runtime, effects, timers, options.lease)
    this.presence = new Presence(this.runtime, this.dispatcher, packageVersion())
    const followers = [followSession(this.machines, store), endRuns(store), endConversations(store), endBelongings(store)]
    this.runtime.follow = (tx, root, change) => {
      for (const follow of followers) follow(tx, root, change)
    }
    this.sweeper = new Sweeper(this.runtime, options.retention)
    this.runtime.onDurable(() => this.feed.wake())
    this.#owner = new Bot(this, localOwner)
    if (options.worker ?? true) {
      this.machines.checkImplemented()
      this.dispatcher.start()
      this.sweeper.start()
      this.presence.start()
    }
  }

  #taskServices(): TaskServices {
    return {
      runtime: this.runtime,
      tasks: this.tasks,
      sessionFor: ({ session }, id, principal) => this.as(principal).session(session as SessionDefinition, id),
      within: (tx, { session }, id, work) => {
        const bot = new BotTx(tx, this, new Map())
        const value = work(runCommit(bot, bot.session(session as SessionDefinition, id)) as never)
        bot.finish()
        return value
      },
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

  /** What waits for a person's decision. */
  get approvals(): Approvals {
    return this.#owner.approvals
  }

  /** The runs of tasks there are. */
  get runs(): Runs {
    return this.#owner.runs
  }

  /** A run of a task by its id. */
  run(id: string): Run {
    return this.#owner.run(id)
  }

  get nodes(): Nodes {
    return this.#owner.nodes
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

  /** A conversation's handle, by its session and its name there. @throws invalid for an unusable name */
  conversation(session: string, name?: string): Conversation {
    return this.#owner.conversation(session, name)
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

  /**
   * Takes no more effects and timers, and lets those that run finish; what does not within `drainMs` (default 10 s) is handed back for
   * another process, or the next start, to run. Everything else goes on.
   */
  drain(options: { readonly drainMs?: number } = {}): Promise<void> {
    this.#drained ??= this.#drain(options.drainMs ?? 10_000)
    return this.#drained
  }

  async #drain(drainMs: number): Promise<void> {
    await Promise.all([this.presence.drain(), this.dispatcher.stop(drainMs), this.sweeper.stop()])
  }

  /** Lets everything on its way finish, then closes. What does not finish within `drainMs` (default 10 s) is left to the next start. */
  close(options: { readonly drainMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#close(options.drainMs ?? 10_000)
    return this.#closed
  }

  async #close(drainMs: number): Promise<void> {
    await this.drain({ drainMs })
    await this.runtime.close()
    this.feed.close()
    await this.presence.leave()
    await this.store.engine.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
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

  /** What waits for a person's decision. */
  get approvals(): Approvals {
    return new Approvals(this.#hf, this.#principal)
  }

  /** The runs of tasks there are, by status, task and session. */
  get runs(): Runs {
    return new Runs(this.#hf, this.#principal)
  }

  /** A run of a task by its id: to look at it, wait for it, send it events, cancel or retry it. */
  run(id: string): Run {
    return new Run(this.#hf, this.#principal, id)
  }

  /** The processes that work on the store, what they run, and what waits. */
  get nodes(): Nodes {
    return new Nodes(this.#hf.runtime, this.#hf.presence, this.#principal)
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

  /** A conversation's handle, by its session and its name there. Nothing is read or made until it is used. @throws invalid for an unusable name */
  conversation(session: string, name: string = MAIN): Conversation {
    return new Conversation(this.#hf, this.#principal, session, name)
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
