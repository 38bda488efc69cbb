import { HoldfastError } from '../core/index.ts'
import { type Bell, entityRequest, type Principal, type Runtime, view } from '../runtime/index.ts'
import { RUN_KIND } from './address.ts'
import { isOver, pageKey, type RunState, STATE, STREAM, type StreamState, streamKey } from './record.ts'
import { stored } from './stored.ts'

/** Which chunks of a run to read. */
export interface StreamOptions {
  /** The stream's name. Default: the one that `ctx.stream` fills when it names none. */
  readonly name?: string
  /** How many chunks have been read already, or the id of the last event that was (`response`), which also tells what was taken back since. Default 0. */
  readonly after?: number | string
}

/** Chunks of a stream that follow each other. */
export interface ChunkPage {
  /** The number of the first of them; a stream's first chunk is number 0. */
  readonly first: number
  readonly chunks: readonly unknown[]
  /** How often chunks of the stream had been taken back. */
  readonly cuts: number
}

/** What reading stands on. */
export interface ReaderServices {
  readonly runtime: Runtime
}

/** What is stored from a chunk on. */
interface Stored {
  readonly chunks: readonly unknown[]
  /** Nothing more will come. */
  readonly isLast: boolean
  readonly cuts: readonly number[]
}

const END = { done: true, value: undefined } as const

/** Reads a stream page by page: what is stored at once, the rest as it comes, until the stream or the run ends. */
export class ChunkReader implements AsyncIterableIterator<ChunkPage> {
  readonly #services: ReaderServices
  readonly #principal: Principal
  readonly #run: string
  readonly #name: string
  readonly #after: number
  /** How often chunks had been taken back when the last ones were read. */
  #cuts: number
  /** The first chunk of the page that is read next. */
  #at: number | undefined
  #bell: Bell | undefined
  #isOver = false

  /** @throws invalid */
  constructor(services: ReaderServices, principal: Principal, run: string, { name = STREAM, after = 0 }: StreamOptions = {}) {
    this.#services = services
    this.#principal = principal
    this.#run = run
    this.#name = name
    const place = placeOf(after)
    this.#after = place.chunk
    this.#cuts = place.cuts
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** Finds where to begin, unless it has been found. @throws not_found, forbidden; conflict when what was read already has been taken back */
  async open(): Promise<number> {
    const { runtime } = this.#services
    runtime.ports.gate.check(entityRequest(this.#principal, 'read', this.#ref))
    this.#bell ??= runtime.bells.hang(this.#ref)
    this.#at ??= await this.#pageBefore(this.#after)
    return this.#at
  }

  /** @throws not_found, forbidden; unavailable when the store is closed before the stream has ended */
  async next(): Promise<IteratorResult<ChunkPage, undefined>> {
    let at = this.#at ?? (await this.open())
    while (!this.#isOver) {
      const { chunks, isLast, cuts } = await this.#page(at)
      const first = Math.max(at, this.#after)
      this.#check(cuts, first)
      this.#cuts = cuts.length
      const wanted = chunks.slice(first - at)
      at += chunks.length
      this.#at = at
      if (wanted.length > 0) return { done: false, value: { first, chunks: wanted, cuts: cuts.length } }
      if (chunks.length === 0 && (isLast || !(await this.#moreCame()))) await this.return()
    }
    return END
  }

  /** Ends reading, also while the next page is waited for. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#isOver = true
    this.#bell?.mute()
    return END
  }

  get #ref() {
    return { tenant: this.#principal.tenant, kind: RUN_KIND, id: this.#run }
  }

  /** @throws conflict when something was taken back of what has been read, up to chunk `next` */
  #check(cuts: readonly number[], next: number): void {
    const from = Math.min(...cuts.slice(this.#cuts))
    if (from < next) throw begunAnew(this.#run, from)
  }

  /** False when reading has been ended. */
  async #moreCame(): Promise<boolean> {
    if (await this.#bell?.rung()) return true
    if (this.#isOver) return false
    const message = `The store was closed before stream ${this.#name} of run ${this.#run} ended; read on from chunk ${this.#at}`
    throw new HoldfastError('unavailable', message, { reason: 'closed' })
  }

  /** The number of the first chunk of the page that a chunk is in. */
  #pageBefore(chunk: number): Promise<number> {
    return view(this.#services.runtime, this.#ref, ({ row, tree }) => {
      if (row === undefined) throw missing(this.#run)
      this.#check((stored(tree, streamKey(this.#name)) as StreamState | undefined)?.cuts ?? [], chunk)
      if (chunk === 0) return 0
      const prefix = pageKey(this.#name)
      const firsts = [...tree.below(prefix.slice(0, -1))].map(([key]) => Number(key.slice(prefix.length)))
      return Math.max(0, ...firsts.filter((first) => first <= chunk))
    })
  }

  #page(first: number): Promise<Stored> {
    return view(this.#services.runtime, this.#ref, ({ row, tree }) => {
      if (row === undefined) throw missing(this.#run)
      const chunks = (stored(tree, pageKey(this.#name, first)) as readonly unknown[] | undefined) ?? []
      const stream = stored(tree, streamKey(this.#name)) as StreamState | undefined
      const { status } = stored(tree, STATE) as RunState
      return {
        chunks,
        isLast: stream?.ended === true || isOver(status) || status === 'needs_migration',
        cuts: stream?.cuts ?? [],
      }
    })
  }
}

export function missing(id: string): HoldfastError<'not_found'> {
  return new HoldfastError('not_found', `There is no run ${id}`, { entity: id })
}

function begunAnew(id: string, from: number): HoldfastError<'conflict'> {
  const message = `Run ${id} says something else from chunk ${from} on: its process died while it spoke. Read again from there`
  return new HoldfastError('conflict', message, { entity: id, current: from })
}

/** The id of the event of a chunk: how many chunks have been read with it, and how often some had been taken back then. */
export function placeAfter(chunk: number, cuts: number): string {
  return cuts === 0 ? String(chunk + 1) : `${chunk + 1}.${cuts}`
}

/** @throws invalid */
function placeOf(after: number | string): { readonly chunk: number; readonly cuts: number } {
  const [, chunk, cuts = '0'] = /^(\d{1,15})(?:\.(\d{1,9}))?$/.exec(String(after)) ?? []
  if (chunk !== undefined) return { chunk: Number(chunk), cuts: Number(cuts) }
  throw new HoldfastError('invalid', `Expected a number of chunks, 0 or more, or the id of an event, got ${after}`, {
    path: 'after',
  })
}
