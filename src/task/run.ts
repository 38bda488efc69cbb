import { HoldfastError } from '../core/index.ts'
import {
  type Bell,
  type Described,
  entityRequest,
  type Principal,
  type ReadOptions,
  type Runtime,
  type Synchronous,
  type View,
  view,
} from '../runtime/index.ts'
import { decodeNode, type TreeSource } from '../store/index.ts'
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

/** What a run's handle stands on. */
export interface RunServices {
  readonly runtime: Runtime
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
    const { clock } = this.#services.runtime.ports
    const bell = this.#bell()
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
      const { status } = leafOf(tree.read(STATE)) as RunState
      if (!isOver(status) && status !== 'needs_migration') return undefined
      return { status, output: status === 'done' ? leafOf(tree.read(OUTPUT)) : null }
    }
    return view(this.#services.runtime, this.#ref, read, options)
  }

  /**
   * What `ctx.stream` passes on, from chunk number `after` on: what is stored at once, the rest as it comes, until the stream or the run ends. Any
   * number of readers may come, late or again.
   */
  stream({ name = STREAM, after = 0 }: { readonly name?: string; readonly after?: number } = {}): ReadableStream<unknown> {
    const bell = this.#bell()
    const chunks = this.#chunks(bell, name, after)
    const end = chunks.return.bind(chunks)
    // A generator that waits would end only with the next change.
    const stop = (value: unknown): Promise<IteratorResult<unknown>> => {
      bell.mute()
      return end(value)
    }
    return ReadableStream.from(Object.assign(chunks, { return: stop }))
  }

  async *#chunks(bell: Bell, name: string, after: number): AsyncGenerator<unknown> {
    try {
      for (let next = await this.#pageBefore(name, after), skip = after - next; ; ) {
        const { page, isOver: isLast } = await this.#page(name, next)
        for (const chunk of page.slice(skip)) yield chunk
        next += page.length
        skip = Math.max(0, skip - page.length)
        if (page.length > 0) continue
        if (isLast || !(await bell.rung())) return
      }
    } finally {
      bell.mute()
    }
  }

  #bell(): Bell {
    return this.#services.runtime.bells.hang(this.#ref)
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

  async #page(name: string, first: number): Promise<{ readonly page: readonly unknown[]; readonly isOver: boolean }> {
    return view(this.#services.runtime, this.#ref, ({ row, tree }) => {
      if (row === undefined) throw missing(this.id)
      const page = (leafOf(tree.read(pageKey(name, first))) as readonly unknown[] | undefined) ?? []
      const stream = leafOf(tree.read(streamKey(name))) as StreamState | undefined
      const { status } = leafOf(tree.read(STATE)) as RunState
      return { page, isOver: stream?.ended === true || isOver(status) || status === 'needs_migration' }
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

function inspection(id: string, tree: TreeSource): RunInspection {
  const start = leafOf(tree.read(START)) as RunStart
  const state = leafOf(tree.read(STATE)) as RunState
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
    output: state.status === 'done' ? leafOf(tree.read(OUTPUT)) : null,
    error: state.error ?? null,
    steps: steps.toSorted((a, b) => a.order - b.order),
  }
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

function leafOf(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) return undefined
  const node = decodeNode(bytes)
  return node.type === 'leaf' ? node.value : undefined
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
