import { equalRich, HoldfastError } from '../core/index.ts'
import { type Described, describe, type EntityTx, type Tx } from '../runtime/index.ts'
import { attemptId, RUN_KIND, taskQueue } from './address.ts'
import { Family } from './family.ts'
import {
  isOver,
  mailKey,
  OUTPUT,
  type RunStart,
  type RunState,
  type RunStatus,
  START,
  STATE,
  type StepRecord,
  type Wait,
} from './record.ts'
import { WAITS, waitOf } from './run-wait.ts'
import { StepsTx } from './steps-tx.ts'

/** A wait that the code has asked for. */
export interface Asked {
  readonly step: string
  readonly order: number
  readonly wait: Wait
}

/** Something a step came to. */
export type Result = { readonly value: unknown } | { readonly error: Described }

/** What a run is given when it is started. */
export interface Beginning {
  readonly session: string
  readonly task: string
  readonly input: unknown
  readonly origin?: RunStart['origin']
}

/** A run inside a decision: how it begins, waits, goes on and ends. */
export class RunLife {
  readonly entity: EntityTx
  readonly steps: StepsTx
  readonly family: Family
  readonly #tx: Tx

  constructor(tx: Tx, id: string) {
    this.#tx = tx
    this.entity = tx.entity(RUN_KIND, id)
    this.steps = new StepsTx(this.entity)
    this.family = new Family(this.entity)
  }

  get id(): string {
    return this.entity.ref.id
  }

  /** Another run in the same decision. */
  other(id: string): RunLife {
    return new RunLife(this.#tx, id)
  }

  /** @throws not_found */
  get state(): RunState {
    const state = this.entity.get(STATE) as RunState | undefined
    if (state !== undefined) return state
    throw new HoldfastError('not_found', `There is no run ${this.id}`, { entity: this.id })
  }

  /** False where it is over, or is no more. */
  get isAlive(): boolean {
    return this.entity.exists && !isOver(this.state.status)
  }

  get beginning(): RunStart {
    return this.entity.get(START) as RunStart
  }

  /** False when it has been started already, by the same request. @throws conflict by another one */
  start({ session, task, input, origin }: Beginning): boolean {
    const { id, entity } = this
    if (entity.exists) {
      const known = this.beginning
      if (known.task === task && equalRich(known.input, input)) return false
      throw new HoldfastError('conflict', `Run ${id} was started with another input; take another key`, { entity: id })
    }
    entity.allow('create')
    entity.describe({ root: session, schema: task })
    const { now, principal } = this.#tx
    entity.set(START, { task, input, by: principal.id, created: now, ...(origin && { origin }) } satisfies RunStart)
    entity.term('task', [task])
    entity.event('start')
    this.#write({ status: 'running', epoch: 1, tries: 1, steps: 0 })
    this.entity.term('status', ['running'])
    this.attempt()
    return true
  }

  /** Begins an attempt, now or later. */
  attempt(delay = 0): void {
    this.entity.effect(taskQueue(this.beginning.task), this.id, { id: attemptId(this.id), delay })
  }

  /** It goes on: with another attempt. */
  goOn(): void {
    this.become('running', { tries: 0 })
    this.attempt()
  }

  /** It is over; who waits for that is told. */
  finish(status: RunStatus, why: Pick<RunState, 'error' | 'failedOf'> = {}): void {
    if (this.#asks) this.entity.term('asks', [])
    for (const [step, { wait }] of this.steps.waits()) if (wait.until !== null) this.entity.cancelTimer(step)
    this.become(status, { ...why, finished: this.#tx.now })
    this.entity.event(status)
    const end = this.#end
    for (const { run, step } of end === undefined ? [] : this.family.takeFollowers()) {
      const follower = this.other(run)
      if (end !== undefined && follower.isAlive) follower.resolve(step, end)
    }
  }

  become(status: RunStatus, more: Partial<RunState> = {}): void {
    const { finished: _, failedOf: __, ...before } = this.state
    this.#write({ ...before, ...more, status, steps: this.steps.size })
    this.entity.term('status', [status])
  }

  set(more: Partial<RunState>): void {
    this.#write({ ...this.state, ...more })
  }

  /** What is there already is taken; else the step waits, and is told when its time is over. */
  await({ step, order, wait }: Asked): StepRecord {
    const there = wait.for === 'event' ? this.#letterOf(wait.event) : wait.for === 'run' ? this.#endOf(wait.run, step) : undefined
    const record: StepRecord = there === undefined ? { order, wait } : { order, ...there }
    if (there === undefined && wait.until !== null) this.entity.timer(step, wait.until)
    this.steps.set(step, record)
    if ('wait' in record) this.entity.set(WAITS + step, waitOf(step, wait))
    if (wait.for === 'approval') this.#say()
    return record
  }

  /** The oldest event of a name that nobody has waited for yet. */
  #letterOf(event: string): Result | undefined {
    const letter = this.entity.scan(mailKey(event)).next()
    if (letter.done) return undefined
    this.entity.delete(letter.value[0])
    return { value: letter.value[1] }
  }

  /** What another run has come to; if it has not yet, it will tell. */
  #endOf(run: string, step: string): Result | undefined {
    const other = this.other(run)
    if (!other.entity.exists)
      return { error: describe(new HoldfastError('not_found', `There is no run ${run}`, { entity: run })) }
    const end = other.#end
    if (end === undefined) other.family.follow({ run: this.id, step })
    return end
  }

  get #end(): Result | undefined {
    const { status, error } = this.state
    if (!isOver(status)) return undefined
    if (status === 'done') return { value: this.entity.get(OUTPUT) }
    const message = `Run ${this.id} ${status === 'failed' ? `failed: ${error?.message}` : 'was cancelled'}`
    return { error: { name: 'HoldfastError', message, code: status === 'failed' ? 'failed' : 'cancelled' } }
  }

  /** A step that waited has what it waited for; the run goes on if it stands still. False when it does not wait any more. */
  resolve(step: string, result: Result): boolean {
    const known = this.steps.get(step)
    if (known === undefined || !('wait' in known)) return false
    const { wait, order } = known
    this.steps.set(step, { order, ...result })
    this.entity.delete(WAITS + step)
    if (wait.until !== null) this.entity.cancelTimer(step)
    if (wait.for === 'approval') this.#say()
    if (this.state.status === 'waiting') this.goOn()
    return true
  }

  /** Keeps an event until it is waited for. Letters are read in the order of their keys. */
  keep(event: string, data: unknown): void {
    const box = mailKey(event)
    const last = [...this.entity.scan(box)].at(-1)?.[0].slice(box.length) ?? 0
    this.entity.set(box + String(Number(last) + 1).padStart(10, '0'), data)
  }

  /** By whom it is found that somebody is to decide. */
  #say(): void {
    this.entity.term('asks', this.#asks ? ['approval'] : [])
  }

  get #asks(): boolean {
    return [...this.steps.waits()].some(([, { wait }]) => wait.for === 'approval')
  }

  #write(state: RunState): void {
    this.entity.set(STATE, state)
  }
}
