import { equalRich, HoldfastError } from '../core/index.ts'
import type { Described, EntityTx, Tx } from '../runtime/index.ts'
import { approvalId, attemptId, RUN_KIND, taskQueue } from './address.ts'
import type { Approval } from './context.ts'
import {
  isOver,
  mailKey,
  OUTPUT,
  type RunStart,
  type RunState,
  type RunStatus,
  START,
  STATE,
  STEPS,
  type StepRecord,
  type Wait,
} from './record.ts'
import { WAITS, waitOf } from './run-wait.ts'
import { StreamTx } from './stream-tx.ts'

/** What an attempt of a run's code came to. */
export type Ending =
  | { readonly ended: 'done'; readonly output: unknown }
  | { readonly ended: 'waiting'; readonly waits: readonly Asked[] }
  | { readonly ended: 'mismatch'; readonly error: Described }
  /** The code has thrown; it is tried again after so many milliseconds, or not any more. */
  | { readonly ended: 'failed'; readonly error: Described; readonly again: number | undefined }
  /** Nothing was tried: the run is over, whatever it was. */
  | { readonly ended: 'over' }

/** What an attempt begins with. */
export interface Claimed {
  /** Attempts since something was last recorded, this one included. */
  readonly tries: number
  readonly steps: ReadonlyMap<string, StepRecord>
}

/** A wait that the code has asked for. */
export interface Asked {
  readonly step: string
  readonly order: number
  readonly wait: Wait
}

/** Something a step came to. */
export type Result = { readonly value: unknown } | { readonly error: Described }

/** A run inside a decision. */
export class RunTx {
  readonly #tx: Tx
  readonly #entity: EntityTx

  constructor(tx: Tx, id: string) {
    this.#tx = tx
    this.#entity = tx.entity(RUN_KIND, id)
  }

  /** @throws not_found */
  get state(): RunState {
    const state = this.#entity.exists ? (this.#entity.get(STATE) as RunState | undefined) : undefined
    if (state !== undefined) return state
    const { id } = this.#entity.ref
    throw new HoldfastError('not_found', `There is no run ${id}`, { entity: id })
  }

  get #start(): RunStart {
    return this.#entity.get(START) as RunStart
  }

  /** False when it has been started already, by the same request. @throws conflict by another one */
  start(session: string, task: string, input: unknown): boolean {
    const entity = this.#entity
    const { id } = entity.ref
    if (entity.exists) {
      const known = this.#start
      if (known.task === task && equalRich(known.input, input)) return false
      throw new HoldfastError('conflict', `Run ${id} was started with another input; take another key`, { entity: id })
    }
    entity.allow('create')
    entity.describe({ root: session, schema: task })
    entity.set(START, { task, input, by: this.#tx.principal.id, created: this.#tx.now } satisfies RunStart)
    entity.term('task', [task])
    entity.event('start')
    this.#set({ status: 'running', epoch: 1, tries: 1, steps: 0 })
    this.#entity.term('status', ['running'])
    this.#attempt()
    return true
  }

  /**
   * Begins an attempt under `epoch`; older ones record nothing from now on. Undefined when attempts have begun too often and recorded nothing: the
   * run has failed then. One that was handed back in order does not count.
   */
  claim(epoch: number, most: number, isHandedBack: boolean): Claimed | undefined {
    const state = this.#hold(epoch)
    const steps = new Map([...this.#entity.scan(STEPS)].map(([key, record]) => [key.slice(STEPS.length), record as StepRecord]))
    const tries = steps.size > state.steps ? 1 : state.tries + (isHandedBack ? 0 : 1)
    this.#set({ epoch, tries, steps: steps.size })
    if (tries <= most) return { tries, steps }
    const { message } = state.error ?? { message: 'its process may have died of it' }
    this.#finish('failed', { name: 'Error', message: `It was begun ${tries - 1} times and recorded nothing more: ${message}` })
    return undefined
  }

  /** Records what a step came to, once: what stands already counts. */
  record(epoch: number, step: string, order: number, result: Result): StepRecord {
    this.#hold(epoch)
    const known = this.#step(step)
    if (known !== undefined) return known
    const record = { order, ...result }
    this.#entity.set(STEPS + step, record)
    this.#entity.event('step', { step, ok: !('error' in result) })
    return record
  }

  /** True when a step has been recorded. */
  has(step: string): boolean {
    return this.#step(step) !== undefined
  }

  /** Notes what steps wait for; returns what of it is there already. */
  await(epoch: number, asked: readonly Asked[]): ReadonlyMap<string, StepRecord> {
    this.#hold(epoch)
    return new Map(
      asked.flatMap((each): [string, StepRecord][] => {
        const record = this.#step(each.step) ?? this.#await(each)
        return 'wait' in record ? [] : [[each.step, record]]
      }),
    )
  }

  /** A stream it writes. */
  stream(epoch: number, name: string): StreamTx {
    this.#hold(epoch)
    return new StreamTx(this.#entity, name)
  }

  /** The end of an attempt, in the commit that settles its effect. */
  end(ending: Ending): void {
    if (isOver(this.state.status)) return
    switch (ending.ended) {
      case 'done':
        this.#entity.set(OUTPUT, ending.output)
        this.#finish('done')
        break
      case 'mismatch':
        this.#becomes('needs_migration', { error: ending.error })
        this.#entity.event('mismatch')
        break
      case 'failed':
        if (ending.again === undefined) this.#finish('failed', ending.error)
        else {
          this.#set({ error: ending.error })
          this.#attempt(ending.again)
        }
        break
      case 'waiting':
        this.#rest(ending.waits)
        break
      case 'over':
    }
  }

  /** Stands still until something that is waited for comes, unless it has come already. */
  #rest(waits: readonly Asked[]): void {
    const records = waits.map((asked) => this.#step(asked.step) ?? this.#await(asked))
    if (records.every((record) => 'wait' in record)) {
      this.#becomes('waiting')
      this.#entity.event('wait', { steps: waits.map(({ step }) => step) })
    } else this.#goOn()
  }

  #goOn(): void {
    this.#becomes('running', { tries: 0 })
    this.#attempt()
  }

  /** @throws conflict when it is over */
  cancel(): void {
    const { id } = this.#entity.ref
    const { status } = this.state
    if (status === 'cancelled') return
    if (isOver(status))
      throw new HoldfastError('conflict', `Run ${id} is ${status}; nothing of it can be cancelled`, { entity: id })
    this.#entity.cancelEffect(attemptId(id))
    this.#finish('cancelled')
  }

  /** Ends with its session: cancelled when that is closed, deleted when that is deleted. */
  endWith(session: 'close' | 'destroy'): void {
    if (!this.#entity.exists) return
    if (!isOver(this.state.status)) this.cancel()
    if (session === 'destroy') this.#entity.destroy()
  }

  /** Makes another attempt of a run that failed, or whose code did not fit. @throws conflict for any other */
  retry(): void {
    const { id } = this.#entity.ref
    const { status } = this.state
    if (status !== 'failed' && status !== 'needs_migration')
      throw new HoldfastError('conflict', `Run ${id} is ${status}; only one that failed or needs_migration can be tried again`, {
        entity: id,
      })
    this.#goOn()
    this.#entity.event('retry')
  }

  /** Hands an event to the first step that waits for it, or keeps it until one does. @throws conflict when it is over */
  send(event: string, data: unknown): void {
    const { id } = this.#entity.ref
    const { status } = this.state
    if (isOver(status)) throw new HoldfastError('conflict', `Run ${id} is ${status}; it takes no events any more`, { entity: id })
    const waiting = [...this.waits()].find(([, { wait }]) => wait.for === 'event' && wait.event === event)
    this.#entity.event('event', { event })
    if (waiting === undefined) this.#entity.set(this.#letter(event), data)
    else this.resolve(waiting[0], { value: data })
  }

  /** Decides what a person was asked. @throws conflict when that has been decided or is over; not_found */
  decide(step: string, decision: Approval, data: unknown): void {
    const { id } = this.#entity.ref
    const { status } = this.state
    const known = this.#step(step)
    if (known === undefined || !/(?:^|>)approval(?:#\d+)?$/.test(step))
      throw new HoldfastError('not_found', `Run ${id} has asked nobody for ${step}`, { entity: id })
    if (!('wait' in known) || known.wait.for !== 'approval')
      throw new HoldfastError('conflict', `${approvalId(id, step)} ${decided(known)}; that stands`, { entity: id })
    if (isOver(status))
      throw new HoldfastError('conflict', `Run ${id} is ${status}: nothing is to be decided any more`, { entity: id })
    this.#entity.event('decide', { step, approved: decision.approved })
    this.resolve(step, { value: { ...decision, data: data === undefined ? known.wait.data : data } satisfies Approval })
  }

  /** A step that waited has what it waited for; the run goes on if it stands still. False when it does not wait any more. */
  resolve(step: string, result: Result): boolean {
    const known = this.#step(step)
    if (known === undefined || !('wait' in known)) return false
    const { wait, order } = known
    this.#entity.set(STEPS + step, { order, ...result })
    this.#entity.delete(WAITS + step)
    if (wait.until !== null) this.#entity.cancelTimer(step)
    if (wait.for === 'approval') this.#say()
    if (this.state.status === 'waiting') this.#goOn()
    return true
  }

  /** The steps that wait. */
  *waits(): Generator<readonly [step: string, record: StepRecord & { readonly wait: Wait }]> {
    for (const [key, value] of this.#entity.scan(STEPS)) {
      const record = value as StepRecord
      if ('wait' in record) yield [key.slice(STEPS.length), record]
    }
  }

  /** Letters are read in the order of their keys. */
  #letter(event: string): string {
    const box = mailKey(event)
    const last = [...this.#entity.scan(box)].at(-1)?.[0].slice(box.length) ?? 0
    return box + String(Number(last) + 1).padStart(10, '0')
  }

  #step(step: string): StepRecord | undefined {
    return this.#entity.get(STEPS + step) as StepRecord | undefined
  }

  /** What is there already is taken; else the step waits, and is told when its time is over. */
  #await({ step, order, wait }: Asked): StepRecord {
    const letter = wait.for === 'event' ? [...this.#entity.scan(mailKey(wait.event))][0] : undefined
    const record: StepRecord = letter === undefined ? { order, wait } : { order, value: letter[1] }
    if (letter !== undefined) this.#entity.delete(letter[0])
    else if (wait.until !== null) this.#entity.timer(step, wait.until)
    this.#entity.set(STEPS + step, record)
    if ('wait' in record) this.#entity.set(WAITS + step, waitOf(step, wait))
    if (wait.for === 'approval') this.#say()
    return record
  }

  /** @throws cancelled when it is over; conflict when a newer claim is at work */
  #hold(epoch: number): RunState {
    const { id } = this.#entity.ref
    const { state } = this
    if (isOver(state.status)) throw new HoldfastError('cancelled', `Run ${id} is ${state.status}`, { reason: state.status })
    if (state.epoch > epoch) {
      const message = `Run ${id} is at work under epoch ${state.epoch}; what epoch ${epoch} does is not recorded`
      throw new HoldfastError('conflict', message, { entity: id })
    }
    return state
  }

  #attempt(delay = 0): void {
    const { id } = this.#entity.ref
    this.#entity.effect(taskQueue(this.#start.task), id, { id: attemptId(id), delay })
  }

  #finish(status: RunStatus, error?: Described): void {
    if (this.#asks) this.#entity.term('asks', [])
    for (const [step, { wait }] of this.waits()) if (wait.until !== null) this.#entity.cancelTimer(step)
    this.#becomes(status, { finished: this.#tx.now, ...(error !== undefined && { error }) })
    this.#entity.event(status)
  }

  #becomes(status: RunStatus, more: Partial<RunState> = {}): void {
    const steps = [...this.#entity.scan(STEPS)].length
    this.#set({ ...more, status, steps })
    this.#entity.term('status', [status])
  }

  #set(more: Partial<RunState>): void {
    this.#entity.set(STATE, { ...(this.#entity.get(STATE) as RunState | undefined), ...more })
  }

  /** By whom it is found that somebody is to decide. */
  #say(): void {
    this.#entity.term('asks', this.#asks ? ['approval'] : [])
  }

  get #asks(): boolean {
    return [...this.waits()].some(([, { wait }]) => wait.for === 'approval')
  }
}

function decided(record: StepRecord): string {
  const was = 'value' in record ? (record.value as Approval) : undefined
  return was?.by === undefined ? 'has expired' : `was ${was.approved ? 'approved' : 'refused'} by ${was.by}`
}
