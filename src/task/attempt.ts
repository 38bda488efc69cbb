import { AsyncLocalStorage } from 'node:async_hooks'
import { type Clock, checkName, HoldfastError } from '../core/index.ts'
import { describe, type Synchronous, type Tx } from '../runtime/index.ts'
import { runId, sessionOfRun } from './address.ts'
import { AttemptError } from './attempt-error.ts'
import type { Approval, ApprovalRequest, ChildOptions, ChildRun, StepContext, StepOptions, TaskContext } from './context.ts'
import { type Duration, milliseconds } from './duration.ts'
import { Group, WITHIN } from './group.ts'
import type { Journal } from './journal.ts'
import { storable } from './output.ts'
import { perform, performanceOf } from './perform.ts'
import { STREAM, type StepRecord, type Wait } from './record.ts'
import type { Asked, Result } from './run-life.ts'
import type { Ending } from './run-tx.ts'
import { inputFor } from './start.ts'
import { StepError } from './step-error.ts'
import { checkStepName, stepName } from './step-name.ts'
import { StreamWriter } from './stream-writer.ts'
import type { AnyTask } from './task.ts'
import type { Tasks } from './tasks.ts'

/** What an attempt stands on. */
export interface AttemptOptions<Session> {
  readonly journal: Journal
  readonly steps: ReadonlyMap<string, StepRecord>
  readonly session: Session
  /** Those that can be started. */
  readonly tasks: Tasks
  readonly clock: Clock
  readonly signal: AbortSignal
  /** What `commit` hands to decisions: the session and all around it. */
  readonly within: (tx: Tx, work: (commit: never) => unknown) => unknown
}

/** A step that is new while recorded ones have not been asked for waits so long for them: then the code does not fit the record. */
const GRACE_MS = 1000
/** What streams while something is waited for may bring its last chunks, until none has come for so long. */
const QUIET_MS = 100

/** One attempt of a run's code: what is recorded is handed to it, what is new is done and recorded. */
export class Attempt<Session> implements TaskContext<Session, never> {
  readonly session: Session
  readonly signal: AbortSignal
  readonly #options: AttemptOptions<Session>
  readonly #occurrences = new Map<string, number>()
  readonly #groups = new AsyncLocalStorage<Group>()
  /** Recorded and not asked for yet. */
  readonly #unasked: Set<string>
  readonly #complete = Promise.withResolvers<void>()
  readonly #waits = new Map<string, Waiting>()
  readonly #writers = new Set<StreamWriter>()
  /** Streams that have begun and not ended, and when one of them has moved last. */
  #streams = 0
  #moved = 0
  readonly #halt = Promise.withResolvers<Ending>()
  /** Steps at work. */
  #active = 0
  /** Steps asked for so far, recorded or not. */
  #asked = 0
  #isLooking = false
  #isOver = false
  /** What becomes of the run when its code throws. */
  #failed: (error: unknown) => Ending = (error) => ({ ended: 'failed', error: describe(error), again: undefined })

  constructor(options: AttemptOptions<Session>) {
    this.#options = options
    this.session = options.session
    this.signal = options.signal
    this.#unasked = new Set(options.steps.keys())
    this.#halt.promise.catch(() => {})
  }

  get run(): string {
    return this.#options.journal.run
  }

  /**
   * Runs the code as far as it goes; `failed` says what becomes of it when it throws.
   * @throws what kept a step from being recorded, and why this attempt was ended
   */
  async make(
    code: (context: TaskContext<Session, never>) => Promise<unknown>,
    failed: (error: unknown) => Ending,
  ): Promise<Ending> {
    this.#failed = failed
    const coded = (async () => storable(await code(this)))()
    const finished = coded.then((output): Ending => ({ ended: 'done', output }), failed)
    try {
      const ending = await Promise.race([finished, this.#halt.promise])
      if (ending.ended === 'failed' && this.signal.aborted) throw this.signal.reason
      // Readers see what came before the code began to wait.
      await Promise.all([...this.#writers].map((writer) => writer.flush()))
      return ending.ended === 'done' && this.#unasked.size > 0 ? this.#mismatch('its end') : ending
    } finally {
      this.#isOver = true
    }
  }

  async step<Value>(
    name: string,
    code: (step: StepContext) => Value | Promise<Value>,
    options: StepOptions = {},
  ): Promise<Value> {
    const { journal } = this.#options
    const performance = performanceOf(code, options)
    const work = async (step: string, order: number): Promise<StepRecord> =>
      journal.record(step, order, await perform(this.#options, step, performance))
    return (await this.#once(name, (step, order) => this.#work(step, order, work))) as Value
  }

  async commit<Value>(name: string, decide: (tx: never) => Synchronous<Value>): Promise<Value> {
    const { journal, within } = this.#options
    const work = (step: string, order: number) => journal.do(step, order, (tx) => within(tx, decide))
    return (await this.#once(name, (step, order) => this.#work(step, order, work))) as Value
  }

  async group<Value>(name: string, code: () => Value | Promise<Value>): Promise<Value> {
    const begin = (step: string, order: number) => this.#group(step, order, code)
    const skip = (step: string): void => {
      const inside = [...this.#unasked].filter((each) => each.startsWith(step + WITHIN))
      for (const each of inside) this.#asks(each)
      this.#asked += inside.length
    }
    return (await this.#once(name, begin, skip)) as Value
  }

  async start<Output>(task: AnyTask, input: unknown, { name = task.name, key }: ChildOptions = {}): Promise<ChildRun<Output>> {
    const { journal, tasks } = this.#options
    const known = tasks.known(task)
    const given = inputFor(known, input ?? null)
    const session = sessionOfRun(this.run)
    const own = this.run.slice(session.length + 1)
    const begin = (step: string, order: number) => {
      const id = runId(session, known.name, key ?? `${own}+${step}`)
      return this.#work(step, order, () => journal.start(step, order, { id, task: known.name, input: given }))
    }
    const id = (await this.#once(name, begin)) as string
    const wait: Wait = { for: 'run', run: id, until: null }
    const result = () => this.#next(`${id.slice(session.length + 1)} result`, (step, order) => this.#wait({ step, order, wait }))
    return { id, result: result as () => Promise<Output> }
  }

  async sleep(name: string, duration: Duration): Promise<void> {
    const ms = milliseconds(duration)
    await this.#once(name, (step, order) => this.#wait({ step, order, wait: { for: 'sleep', until: this.#now + ms } }))
  }

  async event<Data>(event: string, { timeout }: { readonly timeout?: Duration } = {}): Promise<Data> {
    const until = timeout === undefined ? null : this.#now + milliseconds(timeout)
    const found = await this.#once(event, (step, order) => this.#wait({ step, order, wait: { for: 'event', event, until } }))
    return (found ?? undefined) as Data
  }

  async approval({ title, data = null, expires }: ApprovalRequest): Promise<Approval> {
    const asked = this.#now
    const until = expires === undefined ? null : asked + milliseconds(expires)
    const wait: Wait = { for: 'approval', title, data, until, asked }
    return (await this.#once('approval', (step, order) => this.#wait({ step, order, wait }))) as Approval
  }

  async stream(source: AsyncIterable<unknown>, { name = STREAM }: { readonly name?: string } = {}): Promise<void> {
    if (this.#isOver) return forever()
    checkName(name, 'the name of a stream', 100)
    const { journal, clock } = this.#options
    this.#streams++
    this.#moved = this.#now
    try {
      const writer = new StreamWriter(journal, clock, name, await this.#recorder(journal.streamed(name)))
      this.#writers.add(writer)
      for await (const chunk of source) await this.#recorder(writer.write(chunk))
      await this.#recorder(writer.end())
      this.#writers.delete(writer)
    } finally {
      this.#streams--
    }
  }

  /** What keeps something from being recorded ends the attempt; what cannot be recorded is told to the code. */
  async #recorder<Value>(recording: Promise<Value>): Promise<Value> {
    try {
      const value = await recording
      this.#moved = this.#now
      return this.#isOver ? await forever() : value
    } catch (error) {
      if (!this.#endsAttempt(error)) throw error
      this.#end(error)
      return forever()
    }
  }

  get #now(): number {
    return this.#options.clock.now()
  }

  /** What is recorded of the next step of this name, or what `begin` makes of it. An attempt that is over never goes on. */
  async #once(
    name: string,
    begin: (step: string, order: number) => Promise<StepRecord>,
    known?: (step: string) => void,
  ): Promise<unknown> {
    checkStepName(name)
    return this.#next(name, begin, known)
  }

  async #next(
    name: string,
    begin: (step: string, order: number) => Promise<StepRecord>,
    known: (step: string) => void = () => {},
  ): Promise<unknown> {
    if (this.#isOver) return forever()
    const whole = this.#here?.nameOf(name) ?? name
    checkName(whole, 'the name of a step in its groups', 1000)
    const occurrence = (this.#occurrences.get(whole) ?? 0) + 1
    this.#occurrences.set(whole, occurrence)
    const step = stepName(whole, occurrence)
    const order = ++this.#asked
    this.#asks(step)
    const found = this.#options.steps.get(step)
    const isKnown = found !== undefined && !('wait' in found)
    if (isKnown) known(step)
    const record = isKnown ? found : await begin(step, order)
    if (this.#isOver) return forever()
    if ('error' in record) throw new StepError(step, record.error)
    return 'value' in record ? record.value : undefined
  }

  #asks(step: string): void {
    if (this.#unasked.delete(step) && this.#unasked.size === 0) this.#complete.resolve()
  }

  get #here(): Group | undefined {
    return this.#groups.getStore()?.open
  }

  /** What a group comes to is recorded when its code ends; until then its steps are. */
  async #group(step: string, order: number, code: () => unknown): Promise<StepRecord> {
    const group = new Group(step, this.#here, (change) => {
      this.#active += change
      this.#look()
    })
    try {
      const result = await this.#groups.run(group, () => outcome(code))
      if (this.signal.aborted) {
        this.#end(this.signal.reason)
        await forever()
      }
      return await this.#work(step, order, () => this.#options.journal.record(step, order, result))
    } finally {
      group.end()
    }
  }

  /** A step that is new. What goes wrong in it is recorded; what keeps it from being recorded ends the attempt. */
  async #work(step: string, order: number, work: (step: string, order: number) => Promise<StepRecord>): Promise<StepRecord> {
    this.#active++
    try {
      if (this.#unasked.size > 0) await this.#fits(step)
      return await work(step, order).catch((error: unknown) => {
        if (this.#endsAttempt(error)) throw error
        return this.#options.journal.record(step, order, { error: describe(error) })
      })
    } catch (error) {
      this.#end(error)
      return forever()
    } finally {
      this.#active--
      this.#look()
    }
  }

  /** Ends the attempt: as if its code had thrown, or as one that could not be made. */
  #end(error: unknown): void {
    if (error instanceof AttemptError) this.#halt.resolve(this.#failed(error.cause ?? error))
    else this.#halt.reject(error)
  }

  #endsAttempt(error: unknown): boolean {
    if (error instanceof AttemptError) return true
    if (HoldfastError.is(error, 'unavailable') || HoldfastError.is(error, 'cancelled')) return true
    return HoldfastError.is(error, 'conflict') && error.details.entity === this.run
  }

  /** Resolves when every recorded step has been asked for: only then is another one new. Else the code is not what made the record. */
  async #fits(step: string): Promise<void> {
    const { clock } = this.#options
    const late = Promise.withResolvers<'late'>()
    const cancel = clock.after(GRACE_MS, () => late.resolve('late'))
    const came = await Promise.race([this.#complete.promise, late.promise])
    cancel()
    if (came !== 'late') return
    this.#halt.resolve(this.#mismatch(`step ${step}, which is not recorded`))
    await forever()
  }

  #mismatch(where: string): Ending {
    const missing = [...this.#unasked].slice(0, 5).join(', ')
    const message = `The code came to ${where} without asking for ${missing}: it has changed since they were recorded. Deploy code that asks for them, then retry; or cancel the run`
    return { ended: 'mismatch', error: { name: 'Mismatch', message, code: 'needs_migration' } }
  }

  /** Resolves if what is waited for is there before the attempt ends. */
  #wait(asked: Asked): Promise<StepRecord> {
    const { promise, resolve } = Promise.withResolvers<StepRecord>()
    const group = this.#here
    this.#waits.set(asked.step, { asked, resolve, isNoted: this.#options.steps.has(asked.step) })
    group?.pause()
    this.#look()
    return promise.finally(() => group?.resume())
  }

  /** When nothing is at work any more, and something is waited for, the attempt ends: whoever brings it makes another one. */
  #look(): void {
    if (this.#isLooking || this.#isOver || this.#waits.size === 0) return
    this.#isLooking = true
    setImmediate(() => {
      this.#isLooking = false
      if (this.#isOver || this.#waits.size === 0) return
      const fresh = this.#unasked.size === 0 ? undefined : [...this.#waits.keys()].find((step) => !this.#options.steps.has(step))
      if (fresh !== undefined) return void this.#fits(fresh).then(() => this.#look())
      const isFlowing = this.#streams > 0 && this.#now - this.#moved < QUIET_MS
      if (isFlowing) this.#options.clock.after(QUIET_MS, () => this.#look())
      if (this.#active === 0 && !isFlowing)
        this.#halt.resolve({ ended: 'waiting', waits: [...this.#waits.values()].map(({ asked }) => asked) })
      else void this.#note().catch((error: unknown) => this.#halt.reject(error))
    })
  }

  /** While other steps are at work, those who are to decide should not have to wait for them. */
  async #note(): Promise<void> {
    const fresh = [...this.#waits.values()].filter(({ isNoted }) => !isNoted)
    if (fresh.length === 0) return
    for (const waiting of fresh) waiting.isNoted = true
    const found = await this.#options.journal.await(fresh.map(({ asked }) => asked))
    for (const [step, record] of found) {
      this.#waits.get(step)?.resolve(record)
      this.#waits.delete(step)
    }
  }
}

interface Waiting {
  readonly asked: Asked
  readonly resolve: (record: StepRecord) => void
  isNoted: boolean
}

async function outcome(code: () => unknown): Promise<Result> {
  try {
    return { value: (await code()) ?? null }
  } catch (error) {
    return { error: describe(error) }
  }
}

function forever(): Promise<never> {
  return new Promise(() => {})
}
