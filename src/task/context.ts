import type { RetryPolicy, Synchronous } from '../runtime/index.ts'
import type { Duration } from './duration.ts'
import type { Task } from './task.ts'

/** What a step's code is told. */
export interface StepContext {
  /** The same for every attempt of this step: hand it to the outside as idempotency key. */
  readonly key: string
  /** From 1. */
  readonly attempt: number
  /** Grows with every claim of the run: lets the outside refuse an older attempt that comes late. */
  readonly epoch: number
  /** Aborted on timeout, when the run is cancelled, and when this process stops or has lost the run. */
  readonly signal: AbortSignal
}

/** How a step is done. */
export interface StepOptions {
  /** Default 3 attempts, a second apart at first. What is `invalid` or `forbidden` is not tried again. */
  readonly retry?: RetryPolicy
  /** False for what trying again is of no use. Default: all is tried again but the above. */
  readonly retryIf?: (error: unknown) => boolean
  /** How long one attempt may take. Default: as long as it takes. */
  readonly timeout?: Duration
}

/** What somebody is asked to allow. */
export interface ApprovalRequest {
  readonly title: string
  /** What they should know to decide; they may change it. */
  readonly data?: unknown
  /** When nobody has decided by then, it is refused. Default: never. */
  readonly expires?: Duration
}

/** What was decided. */
export interface Approval {
  readonly approved: boolean
  readonly reason?: string
  /** Who decided; absent when it expired. */
  readonly by?: string
  /** What was to be known, as it was asked or as whoever decided has changed it. */
  readonly data?: unknown
}

/** What may be said of a run that another one starts. */
export interface ChildOptions {
  /** The name of the step. Default: that of the task. */
  readonly name?: string
  /** Its key in the session, where it may be there already. Default: one of its own, the same each time. */
  readonly key?: string
}

/** A run that another one has started, as its code has it. */
export interface ChildRun<Output = unknown> {
  readonly id: string
  /** What it comes to. Waiting holds no worker. @throws StepError when it fails or is cancelled */
  result(): Promise<Output>
}

/**
 * What the code of a task works with. Whatever it does through this is recorded and not done again when the run is interrupted and goes on; the code
 * between may run again and should only compute. Steps are known by their names, the second of a name by its number.
 */
export interface TaskContext<Session = unknown, Commit = unknown> {
  /** Id of the run. */
  readonly run: string
  readonly session: Session
  /** Aborted when this attempt must end. */
  readonly signal: AbortSignal
  /**
   * Does something once and records what it returns, which must be storable.
   * @throws StepError when every attempt has failed; the same each time
   */
  step<Value>(name: string, code: (step: StepContext) => Value | Promise<Value>, options?: StepOptions): Promise<Value>
  /** Changes several things of the session in one commit that is also the record of this step. Pure and synchronous. */
  commit<Value>(name: string, decide: (tx: Commit) => Synchronous<Value>): Promise<Value>
  /**
   * Gives the steps of `code` a name of their own, `name>step`, so that groups side by side do not mix; records what it returns, and then does not run
   * it again. Other than in a step, everything of the context can be used in it. Where it is interrupted it runs again from its beginning.
   * @throws StepError what `code` throws; the same each time
   */
  group<Value>(name: string, code: () => Value | Promise<Value>): Promise<Value>
  /**
   * Starts a run of another task in the same session, once. It goes on by itself, and is cancelled when this run is.
   * @throws invalid for a task the store was not opened with, or an input it does not take
   */
  start<State extends object, Input, Output>(
    task: Task<State, Input, Output, never>,
    input: Input,
    options?: ChildOptions,
  ): Promise<ChildRun<Output>>
  /** Waits; no worker is held, and a restart does not matter. */
  sleep(name: string, duration: Duration): Promise<void>
  /** What `run.send(event, data)` brings, in the order it came; undefined when nothing has come in time. */
  event<Data = unknown>(name: string, options?: { readonly timeout?: Duration }): Promise<Data>
  /** Asks a person. Waits for days without holding a worker. */
  approval(request: ApprovalRequest): Promise<Approval>
  /**
   * Passes chunks on to whoever reads `run.stream()`: stored, so that readers may come late or come back, also after a restart. When the run goes on in
   * another attempt, what is stored is not stored again; where the source says something else than before, that takes the place of it from there on.
   * @throws too_large beyond 64 MiB; what the source throws
   */
  stream(source: AsyncIterable<unknown>, options?: { readonly name?: string }): Promise<void>
}
