import { type Clock, HoldfastError, type Logger, type Meter } from '../core/index.ts'
import type { Awaitable, Commit, EntityRow, EntityState, Receipt, RecordRef, Store } from '../store/index.ts'
import type { Decision, Outcome } from './decision.ts'
import type { Part } from './part.ts'
import { decodeReceipt, reusedKey } from './receipt.ts'

/** What a pipeline stands on. */
export interface PipelineOptions {
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
  readonly meter: Meter
  /** Called when decisions must be made again. */
  readonly redecide: (decisions: readonly Decision[]) => void
  /** Called with decisions whose commits became durable, before their callers are answered. */
  readonly durable: (decisions: readonly Decision[]) => void
}

/** One transaction holds at most so many commits and bytes: it should not keep the event loop for more than milliseconds. */
const BATCH_COMMITS = 32
const BATCH_BYTES = 1024 * 1024
/** Fewer decisions are not divided, so that the engine has one batch while the next one is being made. */
const WORTH_DIVIDING = 16
/** A decision refused this often is given back to its caller as a conflict. */
const MOST_ATTEMPTS = 200

/** What the receipts of one batch come to. */
interface Round {
  readonly durable: Decision[]
  readonly again: Decision[]
  readonly answers: (() => void)[]
  /** Entities of which a decision was refused: what was decided on top of it is void. */
  readonly dirty: Set<EntityState>
  /**
   * Entities that others may have changed since they were written here: an answer that has seen them as this process left them has
   * perhaps seen others as they became later.
   */
  readonly overtaken: Set<EntityState>
  /** False when another connection's records lie before those of this batch. */
  own: boolean
}

/**
 * Makes decisions durable, batch by batch, in submission order; what is with the engine at the same time has no entity in common. The next decision
 * on an entity is made on what the ones before it will have written; none is answered before it is durable, and when one is refused, those
 * made on top of it are made again.
 */
export class Pipeline {
  readonly #options: PipelineOptions
  #queue: Decision[] = []
  /** Batches with the engine, in the order they were handed to it. */
  #sent: readonly (readonly Decision[])[] = []
  #scheduled = false
  /** So many decisions are sent one by one, because the engine could make nothing of the batch they were in. */
  #alone = 0

  constructor(options: PipelineOptions) {
    this.#options = options
  }

  /** True while a batch is with the engine. */
  get flushing(): boolean {
    return this.#sent.length > 0
  }

  /** Takes a decision that has been made; its writes show to the decisions after it at once. */
  push(decision: Decision): void {
    for (const state of decision.touched) state.pending++
    for (const part of partsOf(decision)) part.state.show(part)
    this.#queue.push(decision)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled || !this.#mayGo) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      void this.#flush()
    })
  }

  /** Another batch may go while the engine has fewer than it likes, unless it would be much smaller: each one has its fsync. */
  get #mayGo(): boolean {
    if (this.#sent.length === 0) return true
    if (this.#alone > 0 || this.#sent.length >= (this.#options.store.engine.inFlight ?? 1)) return false
    return this.#sent.every(({ length }) => 2 * this.#queue.length >= length)
  }

  async #flush(): Promise<void> {
    const batch = this.#take()
    if (batch.length === 0) return
    this.#sent = [...this.#sent, batch]
    const commits = batch.flatMap(({ outcome }) => (outcome?.do === 'commit' ? [outcome.commit] : []))
    try {
      // Nothing may come between a commit and the cache where it need not: an engine that answers at once is not awaited.
      const sent = this.#send(batch, commits)
      const isNow = !(sent instanceof Promise)
      if (!isNow && this.#queue.length > 0) this.#schedule()
      const receipts = isNow ? sent : await sent
      if (receipts !== undefined) await this.#settle(batch, commits, receipts, isNow)
    } finally {
      this.#sent = this.#sent.filter((each) => each !== batch)
      // Also when it has failed: readers may wait for it.
      this.#options.store.answered(commits)
      if (this.#queue.length > 0) this.#schedule()
    }
  }

  /** Hands a batch to the engine; undefined when nothing of it was stored and everybody has been told. */
  #send(batch: readonly Decision[], commits: readonly Commit[]): Awaitable<readonly Receipt[] | undefined> {
    const fail = (error: unknown): undefined => this.#failed(batch, error)
    try {
      const receipts = commits.length === 0 ? [] : this.#options.store.commit(commits)
      return receipts instanceof Promise ? receipts.catch(fail) : receipts
    } catch (error) {
      return fail(error)
    }
  }

  /** What goes next. What has to do with something that is with the engine waits, and so does what has to do with that. */
  #take(): Decision[] {
    const most = this.#most
    const batch: Decision[] = []
    const waiting: Decision[] = []
    const held = new Set(this.#sent.flatMap((sent) => sent.flatMap(({ touched }) => [...touched])))
    let bytes = 0
    for (const decision of this.#queue) {
      if (batch.length >= most || waiting.length >= most || bytes >= BATCH_BYTES) break
      if (touches(decision, held)) {
        waiting.push(decision)
        for (const state of decision.touched) held.add(state)
      } else {
        batch.push(decision)
        if (decision.outcome?.do === 'commit') bytes += decision.outcome.bytes
      }
    }
    this.#alone = Math.max(0, this.#alone - batch.length)
    this.#queue = [...waiting, ...this.#queue.slice(batch.length + waiting.length)]
    return batch
  }

  /** So many at most. Of a few that have little to do with each other only half goes at once: the engine likes to have something while more is made. */
  get #most(): number {
    if (this.#alone > 0) return 1
    const { batch = BATCH_COMMITS, inFlight = 1 } = this.#options.store.engine
    const { length } = this.#queue
    if (inFlight === 1 || this.#sent.length > 0 || length < WORTH_DIVIDING || length >= 2 * batch) return batch
    const entities = new Set(this.#queue.flatMap(({ touched }) => [...touched]))
    return Math.min(batch, entities.size < length / 2 ? length : Math.ceil(length / 2))
  }

  /** `isNow`: the engine answered at once, so nobody can have committed since; of other logs than those written to nothing is known. */
  async #settle(
    batch: readonly Decision[],
    commits: readonly Commit[],
    receipts: readonly Receipt[],
    isNow: boolean,
  ): Promise<void> {
    const round: Round = { durable: [], again: [], answers: [], dirty: new Set(), overtaken: new Set(), own: true }
    let next = 0
    for (const decision of batch) {
      for (const state of decision.touched) state.pending--
      this.#judge(decision, decision.outcome?.do === 'commit' ? receipts[next++] : undefined, round)
    }
    for (const decision of batch) for (const state of decision.touched) if (state.pending === 0) state.dropAhead()
    this.#withdraw(batch, round)
    this.#options.store.answered(commits)
    // Before anything is awaited: who comes meanwhile comes after them.
    if (round.again.length > 0) this.#options.redecide(round.again)
    if (!round.own) await this.#catchUp()
    else if (isNow && round.durable.length > 0 && this.#options.store.engine.partitions === 1) this.#options.store.upToDate()
    this.#attempt('measuring commits', () => this.#measure(batch, round))
    this.#attempt('telling of commits', () => this.#options.durable(round.durable))
    for (const reply of round.answers) this.#attempt('answering', reply)
  }

  #judge(decision: Decision, receipt: Receipt | undefined, round: Round): void {
    const { outcome } = decision
    if (outcome?.do === 'commit') {
      if (receipt?.status === 'ok') this.#accept(decision, outcome.parts, receipt.records, round)
      else {
        for (const state of decision.touched) round.dirty.add(state)
        this.#refuse(decision, receipt, round)
      }
    } else if (isVoid(decision, round)) round.again.push(decision)
    else round.answers.push(() => answer(decision, outcome, []))
  }

  /** Moves what became durable into the cache, as far as nothing unknown lies before it. */
  #accept(decision: Decision, parts: readonly Part[], records: readonly RecordRef[], round: Round): void {
    const { store } = this.#options
    for (const [i, part] of parts.entries()) {
      const record = records[i]
      if (record === undefined) continue
      const { state } = part
      const { row } = state
      const isNext = store.advance(record.num % store.engine.partitions, record.seq)
      // Others' records behind this one may have been followed before its answer came: then what is known is newer.
      const known = row === undefined ? Number.POSITIVE_INFINITY : (row?.revision ?? 0)
      if (!isNext) store.invalidate(state)
      else if (row !== undefined && known < record.revision) store.settle(state, rowAfter(part, row, record), part.entries)
      if (!isNext || known > record.revision) round.overtaken.add(state)
      state.land(part)
      round.own &&= isNext
    }
    round.durable.push(decision)
    round.answers.push(() => answer(decision, decision.outcome, records))
  }

  #refuse(decision: Decision, receipt: Exclude<Receipt, { status: 'ok' }> | undefined, { again, answers }: Round): void {
    if (receipt === undefined) {
      answers.push(() => decision.reject(unanswered()))
    } else if (receipt.status === 'replayed') {
      answers.push(() => this.#replay(decision, receipt.receipt))
    } else if (receipt.status === 'reused') {
      answers.push(() => decision.reject(reusedKey(decision.options.key ?? '')))
    } else if (receipt.on === 'effect' || ++decision.attempts >= MOST_ATTEMPTS) {
      answers.push(() => decision.reject(refused(decision, receipt)))
    } else {
      this.#attempt('measuring conflicts', () => this.#options.meter.count('commit.conflicts'))
      again.push(decision)
    }
  }

  #replay(decision: Decision, receipt: Uint8Array): void {
    try {
      decision.resolve({ value: decodeReceipt(this.#options.store.codec, receipt), records: [], replayed: true })
    } catch (error) {
      decision.reject(error)
    }
  }

  /** Takes back every waiting decision that was made on something refused. */
  #withdraw(settled: readonly Decision[], { dirty, overtaken, again }: Pick<Round, 'dirty' | 'overtaken' | 'again'>): void {
    if (dirty.size + overtaken.size === 0) return
    for (const state of dirty) this.#options.store.invalidate(state)
    const kept: Decision[] = []
    for (const decision of this.#queue) {
      if (!isVoid(decision, { dirty, overtaken })) {
        kept.push(decision)
        continue
      }
      for (const state of decision.touched) {
        state.pending--
        // What an answer has seen stays as it is for those behind it.
        if (decision.outcome?.do === 'commit') dirty.add(state)
      }
      again.push(decision)
    }
    this.#queue = kept
    for (const state of dirty) state.dropAhead()
    const stands = [...this.#sent.flatMap((sent) => (sent === settled ? [] : sent)), ...kept]
    for (const decision of stands) for (const part of partsOf(decision)) if (dirty.has(part.state)) part.state.show(part)
  }

  /** Nothing of the batch was stored: its callers are told so, and what was decided on top of it is decided again. */
  #failed(batch: readonly Decision[], error: unknown): undefined {
    if (batch.length > 1 && !HoldfastError.is(error, 'unavailable')) {
      // One commit that no engine takes must not fail its neighbours.
      this.#queue.unshift(...batch)
      this.#alone += batch.length
      return undefined
    }
    const round: Pick<Round, 'dirty' | 'overtaken' | 'again'> = { dirty: new Set(), overtaken: new Set(), again: [] }
    for (const decision of batch) {
      for (const state of decision.touched) {
        state.pending--
        round.dirty.add(state)
      }
      if (decision.outcome?.do !== 'commit') round.again.push(decision)
    }
    this.#withdraw(batch, round)
    this.#attempt('measuring commits', () => this.#options.meter.count('commit.failures', batch.length))
    if (round.again.length > 0) this.#options.redecide(round.again)
    for (const decision of batch) if (decision.outcome?.do === 'commit') decision.reject(error)
    return undefined
  }

  async #catchUp(): Promise<void> {
    const { store, logger } = this.#options
    try {
      await store.catchUp(await store.engine.heads())
    } catch (error) {
      logger.warn('following the commits of others failed; trying again with the next decision', { error: String(error) })
    }
  }

  #measure(batch: readonly Decision[], { again }: Round): void {
    const { meter, clock } = this.#options
    const now = clock.now()
    meter.gauge('commit.queue_depth', this.#queue.length)
    meter.record('commit.batch', batch.length)
    for (const decision of batch) if (!again.includes(decision)) meter.record('commit.latency_ms', now - decision.submitted)
  }

  /** The batch is stored: whatever fails now must not look as if it were not. */
  #attempt(what: string, work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#options.logger.error(`${what} failed`, { error: String(error) })
    }
  }
}

function partsOf({ outcome }: Decision): readonly Part[] {
  return outcome?.do === 'commit' ? outcome.parts : []
}

/** Made on what is not so: on top of something refused, or, an answer, on what is of another moment than the rest of it. */
function isVoid(decision: Decision, { dirty, overtaken }: Pick<Round, 'dirty' | 'overtaken'>): boolean {
  if (decision.outcome === undefined || touches(decision, dirty)) return true
  return decision.outcome.do !== 'commit' && touches(decision, overtaken)
}

function touches(decision: Decision, states: ReadonlySet<EntityState>): boolean {
  if (states.size > 0) for (const state of decision.touched) if (states.has(state)) return true
  return false
}

function answer(decision: Decision, outcome: Outcome | undefined, records: readonly RecordRef[]): void {
  if (outcome?.do === 'fail') decision.reject(outcome.error)
  else decision.resolve({ value: outcome?.value, records, replayed: false })
}

function rowAfter({ state, outline, change }: Part, before: EntityRow | null, record: RecordRef): EntityRow {
  const origin = before === null ? (change.origin ? { ...change.origin, until: null } : null) : before.origin
  return {
    ...state.ref,
    ...outline,
    num: record.num,
    revision: record.revision,
    seq: record.seq,
    updated: record.at,
    origin: change.delete && origin !== null && origin.until === null ? { ...origin, until: record.seq } : origin,
    born: before?.born ?? record.seq,
    floor: before?.floor ?? record.seq,
  }
}

function unanswered(): HoldfastError<'unavailable'> {
  return new HoldfastError('unavailable', 'The engine gave no receipt for a commit; read the state again', { reason: 'engine' })
}

function refused(decision: Decision, receipt: { on: string; id: string; current: number }): HoldfastError<'conflict'> {
  const tries = receipt.on === 'effect' ? '' : ` after ${decision.attempts} attempts`
  const message = `The ${receipt.on} ${receipt.id} was changed by somebody else (now at ${receipt.current})${tries}; read it again and decide anew`
  return new HoldfastError('conflict', message, { entity: receipt.id, current: receipt.current })
}
