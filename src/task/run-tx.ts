import { equalRich, HoldfastError } from '../core/index.ts'
import type { Described, EntityTx, Tx } from '../runtime/index.ts'
import { attemptId, RUN_KIND, taskQueue } from './address.ts'
import type { Approval } from './context.ts'
import {
  isOver,
  MAIL,
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

/** What an attempt of a run's code came to. */
export type Ending =
  | { readonly ended: 'done'; readonly output: unknown }
  | { readonly ended: 'waiting'; readonly waits: readonly Asked[] }
  | { readonly ended: 'mismatch'; readonly error: Described }

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
    this.#becomes('running', { epoch: 1 })
    this.#attempt(task)
    return true
  }

  /** What was recorded of the steps so far, for an attempt under `epoch`; older ones are refused from now on. */
  claim(epoch: number): ReadonlyMap<string, StepRecord> {
    this.#hold(epoch)
    return new Map([...this.#entity.scan(STEPS)].map(([key, record]) => [key.slice(STEPS.length), record as StepRecord]))
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

  /** The end of an attempt, in the commit that settles its effect. */
  end(ending: Ending): void {
    if (isOver(this.state.status)) return
    if (ending.ended === 'done') {
      this.#entity.set(OUTPUT, ending.output)
      this.#finish('done')
    } else if (ending.ended === 'mismatch') {
      this.#becomes('needs_migration', { error: ending.error })
    } else if (ending.waits.some((asked) => !('wait' in (this.#step(asked.step) ?? this.#await(asked))))) {
      this.#attempt(this.#start.task)
    } else {
      this.#becomes('waiting')
      this.#entity.event('wait', { steps: ending.waits.map(({ step }) => step) })
    }
  }

  /** The last attempt has failed. */
  fail(error: Described): void {
    if (!isOver(this.state.status)) this.#finish('failed', error)
  }

  /** @throws conflict when it is over */
  cancel(): void {
    const { id } = this.#entity.ref
    const { status } = this.state
    if (status === 'cancelled') return
    if (isOver(status))
      throw new HoldfastError('conflict', `Run ${id} is ${status}; nothing of it can be cancelled`, { entity: id })
    for (const [step, { wait }] of this.waits()) if (wait.until !== null) this.#entity.cancelTimer(step)
    this.#entity.cancelEffect(attemptId(id))
    this.#finish('cancelled')
  }

  /** Makes another attempt of a run that failed, or whose code did not fit. @throws conflict for any other */
  retry(): void {
    const { id } = this.#entity.ref
    const { status } = this.state
    if (status !== 'failed' && status !== 'needs_migration')
      throw new HoldfastError('conflict', `Run ${id} is ${status}; only one that failed or needs_migration can be tried again`, {
        entity: id,
      })
    this.#becomes('running')
    this.#attempt(this.#start.task)
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
    if (known === undefined || !/^approval(?:#\d+)?$/.test(step))
      throw new HoldfastError('not_found', `Run ${id} has asked nobody for ${step}`, { entity: id })
    if (!('wait' in known) || known.wait.for !== 'approval')
      throw new HoldfastError('conflict', `${id}:${step} ${decided(known)}; that stands`, { entity: id })
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
    if (wait.until !== null) this.#entity.cancelTimer(step)
    if (wait.for === 'approval') this.#say()
    const { status } = this.state
    if (status === 'waiting') {
      this.#becomes('running')
      this.#attempt(this.#start.task)
    }
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
    const written = [...this.#entity.scan(`${MAIL}${event}/`)].at(-1)?.[0]
    const last = written === undefined ? 0 : Number(written.slice(written.lastIndexOf('/') + 1))
    return `${MAIL}${event}/${String(last + 1).padStart(10, '0')}`
  }

  #step(step: string): StepRecord | undefined {
    return this.#entity.get(STEPS + step) as StepRecord | undefined
  }

  /** What is there already is taken; else the step waits, and is told when its time is over. */
  #await({ step, order, wait }: Asked): StepRecord {
    const letter = wait.for === 'event' ? [...this.#entity.scan(`${MAIL}${wait.event}/`)][0] : undefined
    const record: StepRecord = letter === undefined ? { order, wait } : { order, value: letter[1] }
    if (letter !== undefined) this.#entity.delete(letter[0])
    else if (wait.until !== null) this.#entity.timer(step, wait.until)
    this.#entity.set(STEPS + step, record)
    if (wait.for === 'approval') this.#say()
    return record
  }

  /** @throws cancelled when it is over; conflict when a newer claim is at work */
  #hold(epoch: number): void {
    const { id } = this.#entity.ref
    const state = this.state
    if (isOver(state.status)) throw new HoldfastError('cancelled', `Run ${id} is ${state.status}`, { reason: state.status })
    if (state.epoch > epoch)
      throw new HoldfastError(
        'conflict',
        `Run ${id} is at work under epoch ${state.epoch}; what epoch ${epoch} does is not recorded`,
        { entity: id },
      )
    if (state.epoch < epoch) this.#entity.set(STATE, { ...state, epoch })
  }

  #attempt(task: string): void {
    const { id } = this.#entity.ref
    this.#entity.effect(taskQueue(task), id, { id: attemptId(id) })
  }

  #finish(status: RunStatus, error?: Described): void {
    this.#becomes(status, { finished: this.#tx.now, ...(error !== undefined && { error }) })
    this.#entity.event(status)
  }

  #becomes(status: RunStatus, more: Partial<RunState> = {}): void {
    const before = this.#entity.exists || more.epoch === undefined ? this.state : undefined
    this.#entity.set(STATE, { epoch: before?.epoch ?? 1, ...more, status })
    this.#entity.term('status', [status])
  }

  /** By whom it is found that somebody is to decide. */
  #say(): void {
    const asks = [...this.waits()].some(([, { wait }]) => wait.for === 'approval')
    this.#entity.term('asks', asks ? ['approval'] : [])
  }
}

function decided(record: StepRecord): string {
  const was = 'value' in record ? (record.value as Approval) : undefined
  return was?.by === undefined ? 'has expired' : `was ${was.approved ? 'approved' : 'refused'} by ${was.by}`
}
