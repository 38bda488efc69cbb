import { type Clock, type Codec, checkName, checkText, HoldfastError, type Logger, type Meter, randomId } from '../core/index.ts'
import type { Commit, EntityRef, EntityState, Expectation, Need, Store } from '../store/index.ts'
import { Admission } from './admission.ts'
import { Auditor } from './audit.ts'
import { Bells } from './bells.ts'
import type { CommitOptions, Committed, Decision, Outcome } from './decision.ts'
import type { Asked, AuditSink, Gate } from './gate.ts'
import { type Miss, Wanted } from './miss.ts'
import { Parking } from './parking.ts'
import type { Part } from './part.ts'
import { Pipeline } from './pipeline.ts'
import type { Principal } from './principal.ts'
import { decodeReceipt, encodeReceipt, reusedKey } from './receipt.ts'
import { Tx } from './transaction.ts'
import type { TreeChange, TxScope } from './tx-scope.ts'

/** What the runtime stands on. */
export interface RuntimePorts {
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
  readonly meter: Meter
  readonly gate: Gate
  readonly audit: AuditSink
}

/** How much may be on its way at once. */
export interface RuntimeLimits {
  /** Decisions on their way at once; the next ones wait their turn. Default 4,096. */
  readonly maxPending?: number
  /** Decisions waiting for their turn; the next one is refused as `unavailable`. Default 65,536. */
  readonly maxWaiting?: number
}

/** A decision's result may be anything but a promise: a decision that waits would see a state that is no more. */
export type Synchronous<Value> =
  Value extends PromiseLike<unknown> ? 'A decision must be synchronous: load before it, start effects in it' : Value

/** Loads without end would be a decision that asks for something else each time it runs. */
const MOST_LOADS = 10_000
/** A decision that walks a large container entry by entry gets all the rest at once after so many loads. */
const SINGLE_LOADS = 16

/** Makes decisions, one after the other for each entity, and has them stored. */
export class Runtime {
  /** The gate among them tells the audit sink what it refuses. */
  readonly ports: RuntimePorts
  /** @internal Tells who waits for an entity that it may have changed. */
  readonly bells: Bells
  readonly #gate: Gate
  readonly #auditor: Auditor
  readonly #pipeline: Pipeline
  readonly #admission: Admission
  readonly #parking = new Parking()
  readonly #durable = new Set<(decisions: readonly Decision[]) => void>()
  /** How effects born in a commit are claimed for this process; set by the dispatcher. */
  claim: TxScope['claim'] = () => undefined
  /** What follows, in the same commit, from what becomes of an entity for those in its tree. */
  follow: (tx: Tx, root: EntityRef, change: TreeChange) => void = () => {}
  /** When the decision submitted last may be made, while earlier ones wait to be. */
  #entering: Promise<void> | undefined
  #ticket = 0
  #closing = false

  constructor(ports: RuntimePorts, limits: RuntimeLimits = {}) {
    this.#auditor = new Auditor(ports)
    this.#gate = ports.gate
    this.ports = { ...ports, gate: this.#auditor.guard(ports.gate) }
    this.#admission = new Admission(limits.maxPending ?? 4096, limits.maxWaiting ?? 65_536)
    this.bells = new Bells(ports)
    this.#pipeline = new Pipeline({
      ...ports,
      redecide: (decisions) => this.#redecide(decisions),
      durable: (decisions) => {
        this.bells.committed(decisions)
        for (const listener of this.#durable) listener(decisions)
      },
    })
  }

  /** Decisions submitted and not yet answered. */
  get pending(): number {
    return this.#admission.size
  }

  /** Calls back whenever commits of this process became durable, with their decisions, before their callers are answered. */
  onDurable(listener: (decisions: readonly Decision[]) => void): () => void {
    this.#durable.add(listener)
    return () => this.#durable.delete(listener)
  }

  /**
   * Runs a decision and makes what it wants durable. The decision must be pure and synchronous: it may run several
   * times, and reads time only from `tx.now`.
   * @throws conflict, invalid, too_large, forbidden, unavailable, corrupt, and whatever the decision throws.
   */
  async commit<Value>(
    principal: Principal,
    decide: (tx: Tx) => Synchronous<Value>,
    options: CommitOptions = {},
  ): Promise<Committed<Value>> {
    if (this.#closing) throw new HoldfastError('unavailable', 'The store is closing; open it again', { reason: 'closed' })
    checkTexts(principal, options)
    return new Promise<Committed<Value>>((resolve, reject) => {
      const now = this.ports.clock.now()
      const decision: Decision = {
        ticket: ++this.#ticket,
        principal,
        options,
        decide,
        now,
        submitted: now,
        seed: randomId(),
        resolve: (committed) => {
          this.#leave(decision, committed.replayed ? 'replayed' : 'done')
          resolve(committed as Committed<Value>)
        },
        reject: (error) => {
          this.#fail(decision, error, reject)
        },
        attempts: 0,
        loads: 0,
        loaded: undefined,
        isUpToDate: false,
        touched: new Set(),
        asked: [],
        outcome: undefined,
      }
      this.#admission.enter(() => this.#start(decision))
    })
  }

  /** Has the cache notice what other connections have committed. */
  refresh(): Promise<unknown> | undefined {
    return this.ports.store.refresh()
  }

  /** Takes no more decisions and resolves when all that were taken are answered. */
  async close(): Promise<void> {
    this.#closing = true
    await this.#admission.emptied()
    this.bells.close()
  }

  #leave(decision: Decision, end: 'done' | 'replayed' | 'failed'): void {
    if (end !== 'replayed') this.#auditor.conclude(decision, end)
    this.#admission.leave()
  }

  /** A request that fails may be the repetition of one that has succeeded meanwhile: then it is answered like that one. */
  async #fail(decision: Decision, error: unknown, reject: (error: unknown) => void): Promise<void> {
    const known = decision.options.key === undefined ? undefined : await this.#known(decision).catch(() => undefined)
    if (known !== undefined) return decision.resolve(known)
    this.#leave(decision, 'failed')
    reject(error)
  }

  /** Decisions are made in the order they came, also when one must wait before anybody knows which entities it is about. */
  #start(decision: Decision): void {
    const ready = this.#ready(decision)
    if (ready === undefined && this.#entering === undefined) {
      this.#run(decision)
      return
    }
    const entering = Promise.allSettled([ready, this.#entering]).then(([outcome]) => {
      if (this.#entering === entering) this.#entering = undefined
      if (outcome.status === 'rejected') decision.reject(outcome.reason)
      else if (outcome.value !== undefined) decision.resolve(outcome.value)
      else this.#run(decision)
    })
    this.#entering = entering
  }

  /**
   * What must be known before a decision is made: what others have committed, and whether it was answered before. While a batch
   * is with the engine nobody looks at what others do: a commit made on less is refused, and what is not a commit looks later.
   */
  #ready(decision: Decision): Promise<Committed<unknown> | undefined> | undefined {
    try {
      decision.isUpToDate = !this.#pipeline.flushing && decision.options.isAlone !== true
      const refreshed = decision.isUpToDate ? this.refresh() : undefined
      if (refreshed !== undefined) return refreshed.then(() => this.#known(decision))
      return decision.options.key === undefined ? undefined : this.#known(decision)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** The answer an earlier request with the same key was given. @throws invalid when that was another request. */
  async #known({ options, principal }: Decision): Promise<Committed<unknown> | undefined> {
    const { key } = options
    const { engine, codec } = this.ports.store
    const known = key === undefined ? undefined : await engine.idempotency(principal.tenant, key)
    if (known === undefined || key === undefined) return undefined
    if (known.body !== bodyOf(options, principal)) throw reusedKey(key)
    return { value: decodeReceipt(codec, known.receipt), records: [], replayed: true }
  }

  #run(decision: Decision): void {
    const touched = new Set<EntityState>()
    const asked: Asked[] = []
    let earlier: Promise<void> | undefined
    decision.touched = touched
    decision.asked = asked
    decision.outcome = undefined
    const scope: TxScope = {
      store: this.ports.store,
      gate: this.#auditor.witness(this.#gate, asked),
      principal: decision.principal,
      claim: this.claim,
      loaded: decision.loaded,
      touch: (state) => {
        touched.add(state)
        earlier ??= this.#parking.earlier(decision, state)
        if (earlier !== undefined) throw new Interrupted()
      },
    }
    const tx = new Tx(scope, decision.now, decision.seed)
    const outcome = decideOnce(this.ports.store.codec, decision, tx, this.follow)
    if (tx.miss !== undefined) this.#park(decision, this.#load(decision, tx.miss))
    else if (earlier !== undefined) this.#park(decision, earlier)
    else this.#decided(decision, outcome)
  }

  #decided(decision: Decision, outcome: Outcome): void {
    const news = outcome.do === 'commit' ? undefined : this.#news(decision)
    if (news !== undefined) {
      this.#park(decision, news)
      return
    }
    decision.outcome = outcome
    if (outcome.do === 'commit' || [...decision.touched].some((state) => state.pending > 0)) this.#pipeline.push(decision)
    else if (outcome.do === 'fail') decision.reject(outcome.error)
    else decision.resolve({ value: outcome.value, records: [], replayed: false })
  }

  /** What others have committed is loaded for a decision that was made without having looked; undefined when it stands as it is. */
  #news(decision: Decision): Promise<unknown> | undefined {
    if (decision.isUpToDate) return undefined
    decision.isUpToDate = true
    try {
      return this.refresh()
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #redecide(decisions: readonly Decision[]): void {
    for (const decision of [...decisions].sort((a, b) => a.ticket - b.ticket)) this.#run(decision)
  }

  #park(decision: Decision, ready: Promise<unknown>): void {
    this.#parking.park(decision, ready, (error) => (error === undefined ? this.#run(decision) : decision.reject(error)))
  }

  async #load(decision: Decision, miss: Miss | Wanted): Promise<void> {
    const isWanted = miss instanceof Wanted
    if (++decision.loads > MOST_LOADS) throw impure(isWanted ? miss.name : `${miss.state.ref.kind} ${miss.state.ref.id}`)
    if (isWanted) {
      const value = await miss.load()
      decision.loaded ??= new Map()
      decision.loaded.set(miss.name, value)
      return
    }
    const { state, need } = miss
    await this.ports.store.load(state, decision.loads > SINGLE_LOADS ? wider(need) : need)
  }
}

function impure(about: string): HoldfastError<'invalid'> {
  const message = `A decision on ${about} asked for something new ${MOST_LOADS} times; it is not pure`
  return new HoldfastError('invalid', message, { entity: about })
}

/** Leaves a decision that must wait for an earlier one. */
class Interrupted {}

/** All entries beside the one wanted, where it lies inside a container that has been split. */
function wider(need: Need): Need {
  const end = need.what === 'key' ? need.key.lastIndexOf('/') : 0
  return need.what === 'key' && end > 0 ? { what: 'below', prefix: need.key.slice(0, end + 1) } : need
}

function decideOnce(codec: Codec, decision: Decision, tx: Tx, follow: Runtime['follow']): Outcome {
  try {
    const value = decision.decide(tx)
    refusePromise(value)
    for (const [root, change] of tx.trees) follow(tx, root, change)
    return toOutcome(codec, decision, tx, tx.finish(value))
  } catch (error) {
    return { do: 'fail', error }
  }
}

function toOutcome(codec: Codec, decision: Decision, tx: Tx, value: unknown): Outcome {
  const entities = [...tx.entities]
  const parts = entities.filter((entity) => !entity.untouched).map((entity) => entity.commit())
  // A request with a key is remembered even when there is nothing to do: repeated later, there might be.
  if (parts.length === 0 && tx.outbox.length === 0 && decision.options.key === undefined) return { do: 'answer', value }
  const expect = entities.map((entity) => ({ entity: entity.ref, revision: entity.revision }))
  let bytes = 0
  for (const { change } of parts)
    for (const write of change.writes) bytes += (write.segment?.length ?? 0) + (write.undo?.length ?? 0) + 100
  return { do: 'commit', commit: toCommit(codec, decision, tx, expect, parts, value), value, parts, bytes }
}

function toCommit(
  codec: Codec,
  decision: Decision,
  tx: Tx,
  expect: readonly Expectation[],
  parts: readonly Part[],
  result: unknown,
): Commit {
  const { options, principal, seed } = decision
  const commit: Commit = {
    id: decision.attempts === 0 ? seed : `${seed}.${decision.attempts}`,
    at: tx.now,
    actor: principal.id,
    cause: options.cause ?? null,
    source: options.source ?? null,
    trust: options.trust ?? null,
    store: null,
    expect,
    entities: parts.map((part) => part.change),
    outbox: tx.outbox,
  }
  if (options.key === undefined) return commit
  const receipt = encodeReceipt(codec, result)
  return { ...commit, idempotency: { key: options.key, tenant: principal.tenant, body: bodyOf(options, principal), receipt } }
}

/** What makes two requests the same: who asks, and what for. */
function bodyOf({ fingerprint = '' }: CommitOptions, { id }: Principal): string {
  return JSON.stringify([id, fingerprint])
}

/** @throws invalid for what the log could not tell as it was said */
function checkTexts({ id, tenant }: Principal, { key, ...options }: CommitOptions): void {
  if (key !== undefined) checkName(key, 'an idempotency key')
  checkText(id, 'the id of a principal')
  checkText(tenant, 'the tenant of a principal')
  for (const name of ['cause', 'source', 'trust'] as const) {
    const text = options[name]
    if (text !== undefined) checkText(text, `the ${name} of a commit`)
  }
}

/** @throws invalid for a promise, whose own failure is nobody's business any more. */
function refusePromise(value: unknown): void {
  if (typeof (value as { then?: unknown } | null | undefined)?.then !== 'function') return
  if (value instanceof Promise) value.catch(() => {})
  const message = 'A decision returned a promise. It must be synchronous: load what you need before it, start effects in it'
  throw new HoldfastError('invalid', message, { path: 'decide' })
}
