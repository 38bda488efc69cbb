import { HoldfastError } from '../core/index.ts'
import type { EntityTx, Tx } from '../runtime/index.ts'
import {
  type Effect,
  type EventObject,
  encode,
  initial,
  type Snapshot,
  type Step,
  type StoredSnapshot,
  step,
} from '../statechart/index.ts'
import { addressOf, MACHINE_KIND } from './address.ts'
import type { DurableMachine } from './durable.ts'
import { followExpiry } from './expiry.ts'
import { type FoundBy, foundBy, writeTerms } from './found-by.ts'
import { SNAPSHOT_KEY, WORK_KEY } from './keys.ts'
import type { Machines } from './machines.ts'
import { type Opened, openStored } from './opened.ts'
import { timersOf } from './queue.ts'
import { type RecordedStep, recordStep } from './recorded-step.ts'
import { keepSecret } from './secrets.ts'
import { checkStorable } from './storable.ts'
import { IDLE, isIdle, type Work } from './work.ts'

/** What one event came to: whether a transition took it, and the work it asks for. */
export interface Moved {
  readonly handled: boolean
  readonly effects: readonly Effect[]
}

/** One instance inside a decision. What it moved to is written when the decision ends. */
export class InstanceTx {
  readonly id: string
  readonly entity: EntityTx
  work: Work
  readonly #machines: Machines
  readonly #tx: Tx
  readonly #workBefore: Work
  readonly #steps: RecordedStep[] = []
  #stored: StoredSnapshot | undefined
  #current: Opened | undefined
  /** States and tags as they are found by now; undefined for a new instance. */
  #found: FoundBy | undefined
  #moved = false
  #isDestroyed = false
  #isClaimed = false

  constructor(tx: Tx, machines: Machines, id: string) {
    this.id = id
    this.#tx = tx
    this.#machines = machines
    this.entity = tx.entity(MACHINE_KIND, id)
    const { exists } = this.entity
    this.#stored = exists ? (this.entity.get(SNAPSHOT_KEY) as StoredSnapshot | undefined) : undefined
    this.#workBefore = (exists ? (this.entity.get(WORK_KEY) as Work | undefined) : undefined) ?? IDLE
    this.work = this.#workBefore
  }

  /** True once it is known that it may be changed. */
  get isClaimed(): boolean {
    return this.#isClaimed
  }

  /** Asks whether it may be changed, before anything is. @throws forbidden */
  claim(): void {
    this.entity.allow('write')
    this.#isClaimed = true
  }

  get exists(): boolean {
    return this.#stored !== undefined
  }

  /** True while events can move it. */
  get isActive(): boolean {
    return this.exists && this.work.stopped === undefined && this.snapshot.status === 'active'
  }

  /** True when it is done or was stopped, whatever definition there is today. */
  get isOver(): boolean {
    return this.work.stopped === true || this.stored[3]?.status === 'done'
  }

  /** The stored form of where it is now. @throws not_found */
  get stored(): StoredSnapshot {
    if (this.#stored === undefined) throw missing(this.id)
    return this.#stored
  }

  /** @throws not_found; needs_migration when today's definition does not fit what is stored */
  get snapshot(): Snapshot {
    return this.#opened().snapshot
  }

  get durable(): DurableMachine {
    return this.#opened().durable
  }

  /** What it comes to once this decision is durable; to be asked when it is finished. */
  get kept(): { readonly revision: number; readonly stored: StoredSnapshot; readonly work: Work } {
    const { entity, work } = this
    return { revision: entity.revision + (entity.untouched ? 0 : 1), stored: this.stored, work }
  }

  /** Enters a machine here; whatever was here before is over. */
  begin(durable: DurableMachine, input: unknown, parent: Work['parent']): Moved {
    const begun = initial(durable.machine, this.#tx.now, input)
    const stored = checked(begun)
    this.work = { ...IDLE, ...(parent !== undefined && { parent }) }
    this.#found = undefined
    this.#accept(durable, begun.snapshot, stored)
    this.#steps.push(recordStep({ type: 'start', ...(input !== undefined && { input }) }, {}, begun))
    return { handled: true, effects: begun.effects }
  }

  /** Takes over what another version has stored, if that is so; returns the timers that follow. @throws needs_migration */
  adopt(): readonly Effect[] {
    const { durable, snapshot, adopted } = this.#opened()
    if (adopted === undefined) return []
    this.#accept(durable, snapshot, encode(snapshot))
    this.#steps.push({ event: { type: 'adopt' }, adopted: adopted.from, states: snapshot.states })
    return adopted.effects
  }

  /** Moves by one event. Nothing changes when it throws. */
  take(event: EventObject, from: string | undefined): Moved {
    const { durable, snapshot } = this.#opened()
    const next = this.isActive ? step(snapshot, event as never, this.#tx.now) : { snapshot, effects: [], trace: [] }
    if (next.snapshot === snapshot) return { handled: false, effects: [] }
    const stored = checked(next)
    this.#accept(durable, next.snapshot, stored)
    this.#steps.push(recordStep(event, from === undefined ? {} : { from }, next))
    return { handled: true, effects: next.effects }
  }

  /** Tells the history of something that moved nothing. */
  note(recorded: RecordedStep): void {
    this.#steps.push(recorded)
  }

  /** Has it told when a time has come. */
  setTimer(name: string, at: number): void {
    this.entity.timer(name, at, { at }, timersOf(this.known))
  }

  /** Deletes it; the runtime ends its timers and effects. */
  destroy(): void {
    this.entity.event('destroy', { steps: [{ event: { type: 'destroy' } }] })
    this.entity.destroy()
    this.#isDestroyed = true
    this.#stored = undefined
  }

  /** Writes what has changed. */
  finish(): void {
    if (this.#isDestroyed) return
    if (this.#moved) this.#writeSnapshot()
    if (this.work !== this.#workBefore) {
      if (isIdle(this.work)) this.entity.delete(WORK_KEY)
      else this.entity.set(WORK_KEY, this.work)
      if (this.work.stopped === true && !this.#moved) this.entity.term('status', ['stopped'])
    }
    const [first] = this.#steps
    if (first !== undefined) this.entity.event(first.event.type, { steps: this.#steps })
  }

  /** The machine it is of, as far as that is known here. */
  get known(): DurableMachine | undefined {
    return this.#machines.within(this.#tx, this.stored[0])
  }

  #opened(): Opened {
    this.#current ??= this.#open()
    return this.#current
  }

  #open(): Opened {
    const opened = openStored(this.id, { stored: this.stored, work: this.work }, this.known, this.#tx.now)
    if (opened.adopted === undefined) this.#found = foundBy(opened.snapshot, this.#workBefore)
    return opened
  }

  #accept(durable: DurableMachine, snapshot: Snapshot, stored: StoredSnapshot): void {
    this.#current = { durable, snapshot }
    this.#stored = stored
    this.#moved = true
  }

  #writeSnapshot(): void {
    const { durable, snapshot } = this.#opened()
    const { id } = durable.machine
    this.entity.set(SNAPSHOT_KEY, this.stored)
    keepSecret(this.entity, durable)
    if (this.#found === undefined) {
      this.entity.describe({ root: addressOf(this.id).session, schema: id })
      this.entity.term('machine', [id])
      if (this.work.parent === undefined) followExpiry(this.#tx, this.entity, durable)
    }
    writeTerms(this.entity, foundBy(snapshot, this.work), this.#found)
  }
}

/** The stored form of a step, once all of it is known to be storable: nothing may be refused halfway. */
function checked({ snapshot, effects }: Step): StoredSnapshot {
  for (const effect of effects) checkStorable(effect)
  return encode(snapshot)
}

/** Nobody has started it, or it was destroyed. */
export function missing(id: string): HoldfastError<'not_found'> {
  const { session, name } = addressOf(id)
  return new HoldfastError('not_found', `There is no machine ${name} in session ${session}; start it first`, { entity: id })
}
