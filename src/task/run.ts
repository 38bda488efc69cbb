import { HoldfastError } from '../core/index.ts'
import { type CommitOptions, entityRequest, type Principal, type Synchronous, type Tx, view } from '../runtime/index.ts'
import type { EntityRef } from '../store/index.ts'
import { RUN_KIND } from './address.ts'
import { ChunkReader, missing, type ReaderServices, type StreamOptions } from './chunk-reader.ts'
import { inspection, type RunInspection } from './inspection.ts'
import { isOver } from './record.ts'
import { type ResponseOptions, responseOf } from './response.ts'
import { RunTx } from './run-tx.ts'

/** What a run's handle stands on. */
export type RunServices = ReaderServices

/** A run of a task. The handle is cheap; nothing is read until it is used. */
export class Run<Output = unknown> {
  /** `<session>/<task>.<key>` */
  readonly id: string
  readonly #services: RunServices
  readonly #principal: Principal

  constructor(services: RunServices, principal: Principal, id: string) {
    this.#services = services
    this.#principal = principal
    this.id = id
  }

  /** @throws not_found */
  async inspect(): Promise<RunInspection> {
    const { runtime } = this.#services
    runtime.ports.gate.check(entityRequest(this.#principal, 'read', this.ref))
    return view(runtime, this.ref, ({ row, tree }) => {
      if (row === undefined) throw missing(this.id)
      return inspection(this.id, tree)
    })
  }

  /**
   * What the run comes to.
   * @throws failed; cancelled; needs_migration; timeout; not_found
   */
  async result({ timeout, signal }: { readonly timeout?: number; readonly signal?: AbortSignal } = {}): Promise<Output> {
    const stop = new AbortController()
    const { clock } = this.#services.runtime.ports
    const late = (): void =>
      stop.abort(new HoldfastError('timeout', `Run ${this.id} is not done after ${timeout} ms`, { after: timeout ?? 0 }))
    const cancel = timeout === undefined ? () => {} : clock.after(timeout, late)
    const either = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal])
    const changes = this.#services.feed.watch(this.#principal.tenant, { kind: RUN_KIND, id: this.id, signal: either })
    try {
      for (let run = await this.inspect(); ; run = await this.inspect()) {
        if (run.status === 'done') return run.output as Output
        if (isOver(run.status) || run.status === 'needs_migration') throw ended(run)
        if ((await changes.next()).done === true)
          throw either.reason ?? new HoldfastError('unavailable', 'The store was closed', { reason: 'closed' })
      }
    } finally {
      cancel()
      await changes.return(undefined)
    }
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

  /** Ends it: what runs is aborted, what waits is forgotten; the answer is that of `send`. @throws conflict when it is over; not_found */
  cancel(options: CommitOptions = {}): Promise<boolean> {
    return this.#decide((run) => run.cancel(), options)
  }

  /** Makes another attempt of a run that failed, or whose code has been mended; the answer is that of `send`. @throws conflict; not_found */
  retry(options: CommitOptions = {}): Promise<boolean> {
    return this.#decide((run) => run.retry(), options)
  }

  get ref(): EntityRef {
    return { tenant: this.#principal.tenant, kind: RUN_KIND, id: this.id }
  }

  async #decide(decide: (run: RunTx) => void, options: CommitOptions): Promise<boolean> {
    const made = (tx: Tx): Synchronous<null> => {
      decide(new RunTx(tx, this.id))
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
