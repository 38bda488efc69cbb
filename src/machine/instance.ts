import { canonical, HoldfastError } from '../core/index.ts'
import {
  type Action,
  type Change,
  type CommitOptions,
  entityRequest,
  type Feed,
  type HistoryOptions,
  type Moment,
  type Principal,
  type Runtime,
  type Sweeper,
  type Synchronous,
  type Timeline,
  type Tx,
  view,
} from '../runtime/index.ts'
import {
  can,
  instructions,
  type MachineTypes,
  matches,
  nextEvents,
  type Snapshot,
  type StateValue,
  tools,
} from '../statechart/index.ts'
import type { EntityRef } from '../store/index.ts'
import { addressOf, instanceId, MACHINE_KIND } from './address.ts'
import { Cascade } from './cascade.ts'
import type { DurableMachine } from './durable.ts'
import { bringForth, type ForkOptions, family, heirOf } from './fork.ts'
import { eachWithSteps, type MachineChange, type MachineRevision, withSteps } from './history.ts'
import { type InstanceInspection, inspection } from './inspection.ts'
import { missing } from './instance-tx.ts'
import { type InstanceSnapshot, type Kept, keptIn, show } from './instance-view.ts'
import { MachineTx } from './machine-tx.ts'
import type { Machines } from './machines.ts'
import { openStored } from './opened.ts'
import { keptAt, keptThen } from './past.ts'
import { firstFit, type WaitOptions } from './waiting.ts'

/** What an instance's handle stands on. */
export interface MachineServices {
  readonly runtime: Runtime
  readonly timeline: Timeline
  readonly feed: Feed
  readonly sweeper: Sweeper
  readonly machines: Machines
}

/** A moment, and the machine that goes on with it. */
interface Seen extends Kept {
  readonly durable: DurableMachine | undefined
}

/** What came of a start or an event. */
export interface Sent<T extends MachineTypes = MachineTypes> extends InstanceSnapshot<T> {
  /** True when a transition took the event, or the start made the instance. */
  readonly handled: boolean
  /** True when an earlier request with the same key had done it already. */
  readonly replayed: boolean
}

/**
 * A machine that lives in the tree of a session: each event is one commit, timers ring and invoked work goes on after a restart. The
 * handle is cheap; nothing is read or made until it is used.
 */
export class MachineInstance<T extends MachineTypes = MachineTypes> {
  /** `<session>/<name>` */
  readonly id: string
  readonly #services: MachineServices
  readonly #principal: Principal
  readonly #starts: DurableMachine<T> | string | undefined

  /** @internal Without a machine to start, or the name of one, it can be looked at, sent events, stopped and forked. */
  constructor(services: MachineServices, principal: Principal, starts: DurableMachine<T> | string | undefined, id: string) {
    this.id = id
    this.#services = services
    this.#principal = principal
    this.#starts = starts
  }

  /** The entity it is kept in. */
  get ref(): EntityRef {
    return { tenant: this.#principal.tenant, kind: MACHINE_KIND, id: this.id }
  }

  /**
   * Starts the machine; an instance that is there already stays as it is (`handled: false`).
   * @throws invalid when an entry action throws or the context cannot be stored; forbidden; unavailable
   */
  async start(input?: T['input'], options: CommitOptions = {}): Promise<Sent<T>> {
    return this.#act('start', input, (machine) => machine.start(input), options)
  }

  /**
   * Gives it an event: one commit, with all the event leads to. With a `key` the same request again is answered as the first time.
   * @throws not_found before it was started; needs_migration; conflict where the machine rejects what it cannot handle; invalid when
   * a guard or action throws (nothing changes then); too_large; forbidden; unavailable
   */
  async send(event: T['events'], options: CommitOptions = {}): Promise<Sent<T>> {
    return this.#act('send', event, (machine) => machine.send(event), options)
  }

  /** Stops it and all it runs: nothing moves it any more, its history stays. @throws not_found */
  async stop(options: CommitOptions = {}): Promise<void> {
    await this.#commit((machine, cascade) => {
      machine.stop()
      cascade.finish()
    }, options)
  }

  /** Deletes it with the children it runs. Its history stays until it is swept; `start` makes it anew. @throws not_found */
  async destroy(options: CommitOptions = {}): Promise<void> {
    await this.#commit((_, cascade) => {
      cascade.destroy(this.id)
      cascade.finish()
    }, options)
  }

  /** Where it is: what has been acknowledged. Also where the definition has changed. @throws not_found */
  async snapshot(): Promise<InstanceSnapshot<T>> {
    const kept = await this.#kept()
    return show(this.id, kept, await this.#machineOf(kept))
  }

  /** Everything there is to know of it now, of one moment. @throws not_found */
  async inspect(): Promise<InstanceInspection<T>> {
    const kept = await this.#kept()
    return inspection<T>(this.id, kept, await this.#machineOf(kept), this.#services.runtime.ports.clock.now())
  }

  /** True when some transition would take the event now. */
  async can(event: T['events']): Promise<boolean> {
    const { status, snapshot } = await this.#open()
    return status === 'active' && can(snapshot, event, this.#services.runtime.ports.clock.now())
  }

  /** The types of events the active states have transitions for. */
  async nextEvents(): Promise<readonly string[]> {
    return nextEvents((await this.#open()).snapshot)
  }

  /** True when the states named are active: `'paid'`, `'order.paid'`, `{ order: 'paid' }`. */
  async matches(value: StateValue): Promise<boolean> {
    return matches((await this.#open()).snapshot, value)
  }

  /** What an agent is told now: the instructions of the active states, outer ones first. */
  async instructions(): Promise<string> {
    return instructions((await this.#open()).snapshot)
  }

  /** The tools an agent may call now; undefined when no active state says anything about tools. */
  async tools(): Promise<readonly string[] | undefined> {
    return tools((await this.#open()).snapshot)
  }

  /**
   * Calls a tool on an agent's behalf, if the active states allow it; returns what `call` returns.
   * @throws forbidden when they do not: the call is not made, and the history tells of it; whatever `call` throws
   */
  async callTool<Result>(name: string, call: () => Result, options: CommitOptions = {}): Promise<Awaited<Result>> {
    const { value: allowed } = await this.#commit((machine, cascade) => {
      const isAllowed = machine.allowsTool(name)
      if (!isAllowed) cascade.instance(this.id).note({ event: { type: 'tool.refused' }, tool: name })
      cascade.finish()
      return isAllowed
    }, options)
    if (allowed) return await call()
    const offered = (await this.tools())?.join(', ') || 'none'
    const message = `Machine ${this.id} does not allow tool ${name} now; it allows ${offered}`
    throw new HoldfastError('forbidden', message, { action: `tool ${name}`, entity: this.id, principal: this.#principal.id })
  }

  /**
   * Waits until states are active, or something else is true of the instance, from now on: also when that lasts for one revision only.
   * @throws timeout; cancelled by the signal; conflict when the instance has ended otherwise; needs_migration
   */
  async waitFor(
    what: StateValue | ((moment: InstanceSnapshot<T>) => boolean),
    options: WaitOptions = {},
  ): Promise<InstanceSnapshot<T>> {
    const shown = ({ durable, ...kept }: Seen): InstanceSnapshot<T> => show<T>(this.id, kept, durable)
    const fits = (seen: Seen): boolean =>
      typeof what === 'function' ? what(shown(seen)) : matches(openStored(this.id, seen, seen.durable, 0).snapshot, what)
    const { clock } = this.#services.runtime.ports
    return shown(await firstFit(clock, this.id, options, (signal) => this.#moments(signal), fits))
  }

  /** Revisions, newest first unless asked otherwise, each with what its events did. */
  async *history(options: HistoryOptions = {}): AsyncGenerator<MachineRevision> {
    this.#allow('read')
    for await (const revision of this.#services.timeline.history(this.ref, options)) yield withSteps(revision)
  }

  /** The instance as it was at a revision or time. @throws not_found; invalid */
  async at(moment: Moment): Promise<InstanceSnapshot<T>> {
    this.#allow('read')
    const { timeline } = this.#services
    const kept = await keptThen(timeline, await timeline.row(this.ref), moment)
    if (kept === undefined) throw missing(this.id)
    return show(this.id, kept, await this.#machineOf(kept))
  }

  /**
   * Makes an instance that starts as this one is, or was at a moment, in the same session unless another is named, and goes its own
   * way; the machines it runs are forked with it. Nothing runs by itself in the fork, so that looking at what might have been does
   * nothing twice; with `resume` timers are set for the same times and effects begin anew.
   * @throws conflict when there is or was an instance of that name; not_found; invalid
   */
  async fork(name: string, options: ForkOptions = {}): Promise<MachineInstance<T>> {
    this.#allow('fork')
    const { at, session = addressOf(this.id).session, resume = false, ...commit } = options
    const { timeline, runtime, sweeper, machines } = this.#services
    const id = instanceId(session, name)
    const heir = await heirOf(timeline, this.ref, id, at)
    await runtime.commit(this.#principal, (tx) => bringForth(tx, machines, heir, resume), commit)
    for (const member of family(heir)) await sweeper.limitDepth({ ...this.ref, id: member })
    return new MachineInstance<T>(this.#services, this.#principal, this.#starts, id)
  }

  /** This instance's changes from now on, or behind a cursor, each with what its events did. */
  watch(options: { readonly after?: string; readonly signal?: AbortSignal } = {}): AsyncGenerator<MachineChange> {
    return eachWithSteps(this.#changes(options))
  }

  #changes(options: { readonly after?: string; readonly signal?: AbortSignal }): AsyncGenerator<Change> {
    this.#allow('watch')
    return this.#services.feed.watch(this.#principal.tenant, { kind: MACHINE_KIND, id: this.id, ...options })
  }

  /** Where it is, and then where each revision leaves it. */
  async *#moments(signal: AbortSignal): AsyncGenerator<Seen> {
    const { timeline, runtime } = this.#services
    const changes = this.#changes({ signal })
    this.#allow('read')
    const now = await view(runtime, this.ref, keptIn)
    if (now !== undefined) yield { ...now, durable: await this.#machineOf(now) }
    for await (const change of changes) {
      const kept = await keptAt(timeline, await timeline.row(this.ref), change)
      if (kept === undefined) throw missing(this.id)
      if (now === undefined || kept.revision > now.revision) yield { ...kept, durable: await this.#machineOf(kept) }
    }
  }

  async #open() {
    const kept = await this.#kept()
    const now = this.#services.runtime.ports.clock.now()
    const snapshot = openStored(this.id, kept, await this.#machineOf(kept), now).snapshot as Snapshot<T>
    return { status: kept.work.stopped === true ? 'stopped' : snapshot.status, snapshot }
  }

  async #kept(): Promise<Kept> {
    this.#allow('read')
    const kept = await view(this.#services.runtime, this.ref, keptIn)
    if (kept === undefined) throw missing(this.id)
    return kept
  }

  #machineOf({ stored }: Pick<Kept, 'stored'>): Promise<DurableMachine | undefined> {
    return this.#services.machines.find(this.#principal.tenant, stored[0])
  }

  async #act(verb: string, about: unknown, does: (machine: MachineTx<T>) => boolean, options: CommitOptions): Promise<Sent<T>> {
    const fingerprint = options.key === undefined ? undefined : canonical([verb, this.id, about])
    const act = (machine: MachineTx<T>, cascade: Cascade) => {
      const handled = does(machine)
      cascade.finish()
      return { handled, kept: cascade.instance(this.id).kept }
    }
    const { value, replayed } = await this.#commit(act, { fingerprint, ...options })
    const { handled, kept } = value
    return { ...show<T>(this.id, kept, await this.#machineOf(kept)), handled, replayed }
  }

  #commit<Value>(decide: (machine: MachineTx<T>, cascade: Cascade) => Value, options: CommitOptions) {
    const run = (tx: Tx): Value => {
      const cascade = Cascade.of(tx, this.#services.machines)
      return decide(new MachineTx(cascade, this.#starts, this.id), cascade)
    }
    return this.#services.runtime.commit<Value>(this.#principal, run as (tx: Tx) => Synchronous<Value>, options)
  }

  #allow(action: Action): void {
    this.#services.runtime.ports.gate.check(entityRequest(this.#principal, action, this.ref))
  }
}
