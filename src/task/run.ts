import { HoldfastError, randomId } from '../core/index.ts'
import {
  type CommitOptions,
  entityRequest,
  type Principal,
  type ReadOptions,
  type Synchronous,
  type Tx,
  type View,
  view,
} from '../runtime/index.ts'
import type { EntityRef } from '../store/index.ts'
import { RUN_KIND, runId } from './address.ts'
import { ChunkReader, missing, type ReaderServices, type StreamOptions } from './chunk-reader.ts'
import { inspection, type RunInspection } from './inspection.ts'
import { isOver, OUTPUT, type RunState, type RunStatus, STATE } from './record.ts'
import { type ResponseOptions, responseOf } from './response.ts'
import { RunControl } from './run-control.ts'
import { RunLife } from './run-life.ts'
import { inputFor } from './start.ts'
import { stored } from './stored.ts'
import type { Tasks } from './tasks.ts'

/** What a run's handle stands on. */
export interface RunServices extends ReaderServices {
  readonly tasks: Tasks
}

/** Where another run begins. */
export interface ForkRunOptions {
  /** The first step that is done anew. */
  readonly step: string
  /** The new run's key in its session. Default: a new one. */
  readonly key?: string
  /** What the new run is given. Default: what this one was. */
  readonly input?: unknown
}

/** A run that began where another one stood. */
export interface ForkedRun<Output = unknown> {
  readonly run: Run<Output>
  /** Steps of the other run that are done anew, although they have happened. */
  readonly warnings: readonly string[]
}

/** What has rung for is known: others' commits have been followed when it rings for them. */
const RUNG: ReadOptions = { freshness: 'cached' }

/** A run of a task. The handle is cheap; nothing is read until it is used. */
export class Run<Output = unknown> {
  /** `<session>/<task>.<key>` */
  readonly id: string
  readonly #services: RunServices
  readonly #principal: Principal
  readonly #isOurs: boolean

  /** `isOurs`: it was started here, so that it is known to be there. */
  constructor(services: RunServices, principal: Principal, id: string, { isOurs = false }: { readonly isOurs?: boolean } = {}) {
    this.#services = services
    this.#principal = principal
    this.#isOurs = isOurs
    this.id = id
  }

  /** @throws not_found */
  async inspect(): Promise<RunInspection> {
    this.#allowRead()
    return view(this.#services.runtime, this.ref, ({ row, tree }) => {
      if (row === undefined) throw missing(this.id)
      return inspection(this.id, tree)
    })
  }

  /**
   * What the run comes to.
   * @throws failed; cancelled; needs_migration; timeout; not_found
   */
  async result({ timeout, signal }: { readonly timeout?: number; readonly signal?: AbortSignal } = {}): Promise<Output> {
    const { clock } = this.#services.runtime.ports
    const bell = this.#services.runtime.bells.hang(this.ref)
    let reason: unknown
    const end = (why: unknown): void => {
      reason ??= why
      bell.mute()
    }
    const late = (): HoldfastError =>
      new HoldfastError('timeout', `Run ${this.id} is not done after ${timeout} ms`, { after: timeout ?? 0 })
    const cancel = timeout === undefined ? () => {} : clock.after(timeout, () => end(late()))
    const abort = (): void => end(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    if (signal?.aborted) abort()
    try {
      for (let over = await this.#over(this.#isOurs ? RUNG : {}); ; over = await this.#over(RUNG)) {
        if (over?.status === 'done') return over.output as Output
        if (over !== undefined) throw ended(await this.inspect())
        if (!(await bell.rung())) throw reason ?? new HoldfastError('unavailable', 'The store was closed', { reason: 'closed' })
      }
    } finally {
      cancel()
      signal?.removeEventListener('abort', abort)
      bell.mute()
    }
  }

  /** How it has ended; undefined while it has not. */
  async #over(options: ReadOptions): Promise<{ readonly status: RunStatus; readonly output: unknown } | undefined> {
    this.#allowRead()
    const read = ({ row, tree }: View) => {
      if (row === undefined) throw missing(this.id)
      const { status } = stored(tree, STATE) as RunState
      if (!isOver(status) && status !== 'needs_migration') return undefined
      return { status, output: status === 'done' ? stored(tree, OUTPUT) : null }
    }
    return view(this.#services.runtime, this.ref, read, options)
  }

  /**
   * What `ctx.stream` passes on, from chunk number `after` on: what is stored at once, the rest as it comes, until the stream or the run ends. Any
   * number of readers may come, late or again. It breaks off with `unavailable` when the store is closed before, and with `conflict` when a later attempt
   * of the run says something else in place of what has been read: `details.current` is the number of the first chunk that is other.
   * @throws invalid
   */
  stream(options: StreamOptions = {}): ReadableStream<unknown> {
    const chunks = this.chunks(options)
    return new ReadableStream(
      {
        async pull(controller) {
          const page = await chunks.next()
          if (page.done) controller.close()
          else for (const chunk of page.value.chunks) controller.enqueue(chunk)
        },
        async cancel() {
          await chunks.return()
        },
      },
      { highWaterMark: 0 },
    )
  }

  /**
   * The same as the answer of a web server: server-sent events, each with a chunk as JSON (richer values in their tagged form) and, as its id, the
   * `after` that a reader comes back with. Chunks that are UI messages of the AI SDK can be read by its `useChat`. What is sent is what is stored:
   * secrets are not masked. The body breaks off when there is no such run.
   * @throws invalid
   */
  response({ headers, ...options }: ResponseOptions = {}): Response {
    return responseOf(this.chunks(options), this.#services.runtime.ports.clock, headers)
  }

  /** @internal The same page by page. @throws invalid */
  chunks(options: StreamOptions = {}): ChunkReader {
    return new ChunkReader(this.#services, this.#principal, this.id, options)
  }

  /**
   * Brings what `ctx.event(name)` waits for, now or later. True when an earlier request with the same key has done it.
   * @throws conflict when the run is over; not_found
   */
  send(event: string, data: unknown = null, options: CommitOptions = {}): Promise<boolean> {
    return this.#decide((run) => run.send(event, data), options)
  }

  /**
   * Ends it and what it has started: what runs is aborted, what waits is forgotten, a dead letter is put away. The answer is that of `send`.
   * @throws conflict when it is done; not_found
   */
  cancel(options: CommitOptions = {}): Promise<boolean> {
    return this.#decide((run) => run.cancel(), options)
  }

  /**
   * Makes another attempt of a run that failed, or whose code has been mended: also of the step that it has failed of. With `input`, it is given
   * something else from now on; what is recorded stays. The answer is that of `send`.
   * @throws conflict; not_found; invalid for an input that its task does not take, or a task that is not known here
   */
  async retry({ input, ...options }: CommitOptions & { readonly input?: unknown } = {}): Promise<boolean> {
    const edit = await this.#edit(input)
    return this.#decide((run) => run.retry(edit), options)
  }

  /** Goes on as if the step that it has failed of had come to `value`. The answer is that of `send`. @throws conflict; not_found */
  skip(value: unknown = null, options: CommitOptions = {}): Promise<boolean> {
    return this.#decide((run) => run.skip(value), options)
  }

  /**
   * Starts another run in the same session that has recorded what this one had before a step. That step and all behind it are done anew, with other
   * idempotency keys: what they did outside has happened, and `warnings` names them.
   * @throws not_found; conflict when there is a run of that key; invalid
   */
  async fork({ step, key = randomId(), input }: ForkRunOptions, options: CommitOptions = {}): Promise<ForkedRun<Output>> {
    const edit = await this.#edit(input)
    const { task, session } = await this.inspect()
    const id = runId(session, task, key)
    const fork = (tx: Tx) => ({ id, warnings: [...new RunControl(new RunLife(tx, this.id)).fork(id, step, edit)] })
    const { value } = await this.#services.runtime.commit(this.#principal, fork, { source: 'task', ...options })
    return { run: new Run<Output>(this.#services, this.#principal, value.id), warnings: value.warnings }
  }

  get ref(): EntityRef {
    return { tenant: this.#principal.tenant, kind: RUN_KIND, id: this.id }
  }

  #allowRead(): void {
    this.#services.runtime.ports.gate.check(entityRequest(this.#principal, 'read', this.ref))
  }

  async #edit(input: unknown): Promise<{ readonly input: unknown } | undefined> {
    if (input === undefined) return undefined
    const { task } = await this.inspect()
    return { input: inputFor(this.#services.tasks.named(task), input) }
  }

  async #decide(decide: (run: RunControl) => void, options: CommitOptions): Promise<boolean> {
    const made = (tx: Tx): Synchronous<null> => {
      decide(new RunControl(new RunLife(tx, this.id)))
      return null
    }
    return (await this.#services.runtime.commit<null>(this.#principal, made, options)).replayed
  }
}

function ended({ id, status, error }: RunInspection): HoldfastError {
  if (status === 'cancelled') return new HoldfastError('cancelled', `Run ${id} was cancelled`, { reason: 'cancelled' })
  if (status === 'needs_migration')
    return new HoldfastError('needs_migration', `Run ${id} stands still. ${error?.message}`, {
      stored: id,
      supported: 'other code',
    })
  return new HoldfastError('failed', `Run ${id} failed: ${error?.message}. Mend what is wrong and retry it`, { entity: id })
}
