import { HoldfastError } from '../core/index.ts'
import {
  type Described,
  entityRequest,
  type Feed,
  type Principal,
  type Runtime,
  type Synchronous,
  view,
} from '../runtime/index.ts'
import type { TreeSource } from '../store/index.ts'
import { RUN_KIND, sessionOfRun } from './address.ts'
import {
  isOver,
  OUTPUT,
  pageKey,
  type RunStart,
  type RunState,
  type RunStatus,
  START,
  STATE,
  STEPS,
  STREAM,
  type StepRecord,
  type StreamState,
  streamKey,
  type Wait,
} from './record.ts'
import { RunTx } from './run-tx.ts'
import { leafOf, stored } from './stored.ts'

/** What a run's handle stands on. */
export interface RunServices {
  readonly runtime: Runtime
  readonly feed: Feed
}

/** A step of a run as it is shown. */
export interface RunStep {
  readonly name: string
  readonly order: number
  readonly status: 'done' | 'failed' | 'waiting'
  readonly value?: unknown
  readonly error?: Described
  readonly wait?: Wait
}

/** A run as it stands. */
export interface RunInspection {
  readonly id: string
  readonly session: string
  readonly task: string
  readonly status: RunStatus
  readonly by: string
  readonly created: number
  readonly finished: number | null
  readonly input: unknown
  readonly output: unknown
  readonly error: Described | null
  /** In the order they were asked for. */
  readonly steps: readonly RunStep[]
}

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
    const found = await this.find()
    if (found === undefined) throw missing(this.id)
    return found
  }

  /** @internal Undefined when there is none, or no more. */
  async find(): Promise<RunInspection | undefined> {
    this.#allowRead()
    return view(this.#services.runtime, this.#ref, ({ row, tree }) => row && inspection(this.id, tree))
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
   * number of readers may come, late or again. The stream fails with `conflict` when a later attempt of the run says something else in place of what has
   * been read: `details.current` is the number of the first chunk that is other.
   */
  stream({ name = STREAM, after = 0 }: { readonly name?: string; readonly after?: number } = {}): ReadableStream<unknown> {
    return ReadableStream.from(this.#chunks(name, after))
  }

  async *#chunks(name: string, after: number): AsyncGenerator<unknown> {
    const changes = this.#services.feed.watch(this.#principal.tenant, { kind: RUN_KIND, id: this.id })
    try {
      let cuts: number | undefined
      for (let next = await this.#pageBefore(name, after), skip = after - next; ; ) {
        const { page, isOver: isLast, cuts: all } = await this.#page(name, next)
        const from = Math.min(...all.slice(cuts ?? all.length))
        if (from < next + skip) throw begunAnew(this.id, from)
        cuts = all.length
        for (const chunk of page.slice(skip)) yield chunk
        next += page.length
        skip = Math.max(0, skip - page.length)
        if (page.length > 0) continue
        if (isLast || (await changes.next()).done === true) return
      }
    } finally {
      await changes.return(undefined)
    }
  }

  /** The number of the first chunk of the page that a chunk is in. */
  async #pageBefore(name: string, chunk: number): Promise<number> {
    this.#allowRead()
    return view(this.#services.runtime, this.#ref, ({ row, tree }) => {
      if (row === undefined) throw missing(this.id)
      if (chunk === 0) return 0
      const prefix = pageKey(name)
      const firsts = [...tree.below(prefix.slice(0, -1))].map(([key]) => Number(key.slice(prefix.length)))
      return Math.max(0, ...firsts.filter((first) => first <= chunk))
    })
  }

  async #page(name: string, first: number): Promise<PageRead> {
    return view(this.#services.runtime, this.#ref, ({ row, tree }) => {
      if (row === undefined) throw missing(this.id)
      const page = (stored(tree, pageKey(name, first)) as readonly unknown[] | undefined) ?? []
      const stream = stored(tree, streamKey(name)) as StreamState | undefined
      const { status } = stored(tree, STATE) as RunState
      const isLast = stream?.ended === true || isOver(status) || status === 'needs_migration'
      return { page, isOver: isLast, cuts: stream?.cuts ?? [] }
    })
  }

  /** Brings what `ctx.event(name)` waits for, now or later. @throws conflict when the run is over; not_found */
  async send(event: string, data: unknown = null, options: { readonly key?: string } = {}): Promise<void> {
    await this.#decide((run) => run.send(event, data), options)
  }

  /** Ends it: what runs is aborted, what waits is forgotten. @throws conflict when it is over; not_found */
  async cancel(): Promise<void> {
    await this.#decide((run) => run.cancel())
  }

  /** Makes another attempt of a run that failed, or whose code has been mended. @throws conflict; not_found */
  async retry(): Promise<void> {
    await this.#decide((run) => run.retry())
  }

  #allowRead(): void {
    this.#services.runtime.ports.gate.check(entityRequest(this.#principal, 'read', this.#ref))
  }

  get #ref() {
    return { tenant: this.#principal.tenant, kind: RUN_KIND, id: this.id }
  }

  async #decide(decide: (run: RunTx) => void, options: { readonly key?: string } = {}): Promise<void> {
    await this.#services.runtime.commit<void>(
      this.#principal,
      (tx) => decide(new RunTx(tx, this.id)) as Synchronous<void>,
      options,
    )
  }
}

/** What is stored of a stream behind a chunk. */
interface PageRead {
  readonly page: readonly unknown[]
  /** Nothing more will come. */
  readonly isOver: boolean
  readonly cuts: readonly number[]
}

function inspection(id: string, tree: TreeSource): RunInspection {
  const start = stored(tree, START) as RunStart
  const state = stored(tree, STATE) as RunState
  const steps = [...tree.below(STEPS.slice(0, -1))].map(([key, bytes]) =>
    shown(key.slice(STEPS.length), leafOf(bytes) as StepRecord),
  )
  return {
    id,
    session: sessionOfRun(id),
    task: start.task,
    status: state.status,
    by: start.by,
    created: start.created,
    finished: state.finished ?? null,
    input: start.input,
    output: state.status === 'done' ? stored(tree, OUTPUT) : null,
    error: state.error ?? null,
    steps: steps.toSorted((a, b) => a.order - b.order),
  }
}

function begunAnew(id: string, from: number): HoldfastError<'conflict'> {
  const message = `Run ${id} says something else from chunk ${from} on: its process died while it spoke. Read again from there`
  return new HoldfastError('conflict', message, { entity: id, current: from })
}

function missing(id: string): HoldfastError<'not_found'> {
  return new HoldfastError('not_found', `There is no run ${id}`, { entity: id })
}

function shown(name: string, record: StepRecord): RunStep {
  const { order } = record
  if ('wait' in record) return { name, order, status: 'waiting', wait: record.wait }
  if ('error' in record) return { name, order, status: 'failed', error: record.error }
  return { name, order, status: 'done', value: record.value }
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
