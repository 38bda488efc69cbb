import { type Clock, HoldfastError, type Logger } from '../core/index.ts'
import type { EntityRef, EntityRow, LogRow, Store } from '../store/index.ts'
import { openEvent, type Revision } from './timeline.ts'

/** One record as watchers get it. */
export interface Change extends Revision {
  /** Pass as `after` to go on behind this change. Opaque. */
  readonly cursor: string
  readonly entity: EntityRef
  readonly root: string | null
}

/** Which changes to watch, and from where. */
export interface WatchOptions {
  readonly kind?: string | undefined
  readonly id?: string | undefined
  /** Only entities of this session's tree, the session included. */
  readonly root?: string | undefined
  /** Cursor of the last change seen; default: from now on. */
  readonly after?: string | undefined
  /** Ends the watch. */
  readonly signal?: AbortSignal | undefined
}

const PAGE = 256
/** Other processes' commits are looked for this often while somebody watches. */
const POLL_MS = 50

/** Tells watchers of every record, once and in order, whole commits at a time. */
export class Feed {
  readonly #store: Store
  readonly #clock: Clock
  readonly #logger: Logger
  #waiting: PromiseWithResolvers<void> | undefined
  readonly #known = new Map<number, EntityRow>()
  /** The heads of the last look. */
  #seen = ''
  #watchers = 0
  #stopPoll: (() => void) | undefined
  #closed = false

  constructor(store: Store, { clock, logger }: { readonly clock: Clock; readonly logger: Logger }) {
    this.#store = store
    this.#clock = clock
    this.#logger = logger
  }

  /** Wakes watchers: there may be new records. */
  wake(): void {
    this.#waiting?.resolve()
    this.#waiting = undefined
  }

  close(): void {
    this.#closed = true
    this.#stopPoll?.()
    this.wake()
  }

  /**
   * Changes from a cursor (or from now) on. The position is taken when this is called, not when the first change is
   * asked for.
   * @throws invalid for a cursor of another store; not_found when records behind it, or behind the last change asked for, have
   * been swept.
   */
  watch(tenant: string, options: WatchOptions = {}): AsyncGenerator<Change> {
    const start = this.#start(options.after)
    start.catch(() => {})
    const stop = new AbortController()
    const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal])
    const changes = this.#run(tenant, options, start, signal)
    const end = changes.return.bind(changes)
    // A generator that waits would end only with the next change.
    return Object.assign(changes, {
      return(value: unknown) {
        stop.abort()
        return end(value)
      },
    })
  }

  /** The cursor of now. */
  async cursor(): Promise<string> {
    return this.#format(await this.#store.ends())
  }

  /** @throws invalid for a cursor of another store; not_found when records behind it have been swept. */
  async checkCursor(cursor: string): Promise<void> {
    await this.#start(cursor)
  }

  async *#run(tenant: string, options: WatchOptions, start: Promise<number[]>, signal: AbortSignal): AsyncGenerator<Change> {
    const position = await start
    const wake = (): void => this.wake()
    signal.addEventListener('abort', wake, { once: true })
    this.#enter()
    try {
      while (!this.#closed && !signal.aborted) {
        const news = this.#news()
        let found = false
        for (let partition = 0; partition < position.length; partition++) {
          for await (const record of this.#records(position, partition)) {
            found = true
            const change = await this.#toChange(record, position)
            if (matches(change, tenant, options)) yield change
          }
        }
        if (!found) await news
      }
    } finally {
      signal.removeEventListener('abort', wake)
      this.#leave()
    }
  }

  /** New records of a partition; the position follows. Stops between commits only. */
  async *#records(position: number[], partition: number): AsyncGenerator<LogRow> {
    const page = await this.#store.engine.log({ partition, after: position[partition] ?? 0, limit: PAGE })
    const end = page.findLastIndex((record) => record.last)
    const whole = end === -1 ? await this.#longCommit(partition, position[partition] ?? 0, page) : page.slice(0, end + 1)
    for (const record of whole) {
      // Numbers are dense: whatever lies between was there, and has been swept before this reader came to it.
      if (record.seq !== (position[partition] ?? 0) + 1) throw swept()
      position[partition] = record.seq
      yield record
    }
  }

  /** A commit with more records than a page. */
  async #longCommit(partition: number, after: number, page: readonly LogRow[]): Promise<readonly LogRow[]> {
    if (page.length < PAGE) return []
    const longer = await this.#store.engine.log({ partition, after, limit: PAGE * 16 })
    return longer.slice(0, longer.findLastIndex((record) => record.last) + 1)
  }

  async #toChange(record: LogRow, position: readonly number[]): Promise<Change & { readonly tenant: string }> {
    const { tenant, kind, id, root } = await this.#entity(record)
    const { seq, revision, commit, op, at, actor, cause, source, trust, keys } = record
    const event = openEvent(this.#store, record.event)
    return {
      cursor: this.#format(position),
      entity: { tenant, kind, id },
      tenant,
      root,
      seq,
      revision,
      commit,
      op,
      at,
      actor,
      cause,
      source,
      trust,
      keys,
      event,
    }
  }

  async #entity({ num, op }: LogRow): Promise<EntityRow> {
    // Creation, also after deletion, says anew whose tree it belongs to.
    const known = op === 'create' ? undefined : this.#known.get(num)
    if (known !== undefined) return known
    const row = await this.#store.engine.entityByNum(num)
    if (row === undefined)
      throw new HoldfastError('corrupt', `The log names entity ${num}, which is not there; run \`holdfast doctor\``, {})
    if (this.#known.size >= 10_000) this.#known.clear()
    this.#known.set(num, row)
    return row
  }

  async #start(after: string | undefined): Promise<number[]> {
    if (after === undefined) return this.#store.ends()
    const heads = await this.#store.engine.heads()
    const position = this.#parse(after, heads.length)
    for (const [partition, head] of heads.entries()) {
      if ((position[partition] ?? 0) < head.floor) throw swept()
    }
    return position
  }

  #format(position: readonly number[]): string {
    return Buffer.from(`${this.#store.engine.storeId}:${position.join(',')}`).toString('base64url')
  }

  #parse(cursor: string, partitions: number): number[] {
    const [store, list = ''] = Buffer.from(cursor, 'base64url').toString().split(':')
    const position = list.split(',').map(Number)
    if (
      store !== this.#store.engine.storeId ||
      position.length !== partitions ||
      !position.every((seq) => Number.isInteger(seq) && seq >= 0)
    ) {
      throw new HoldfastError('invalid', `Expected a cursor of this store, got ${JSON.stringify(cursor)}`, { path: 'after' })
    }
    return position
  }

  /** Resolves at the next wake. One promise for all who wait. */
  #news(): Promise<void> {
    this.#waiting ??= Promise.withResolvers()
    return this.#waiting.promise
  }

  #enter(): void {
    if (this.#watchers++ === 0) this.#poll()
  }

  #leave(): void {
    if (--this.#watchers === 0) this.#stopPoll?.()
  }

  /** Whoever only watches is waiting for others: the process must not end under them. */
  #poll(): void {
    const look = (): void => {
      void this.#look()
    }
    this.#stopPoll = this.#clock.after(POLL_MS, look, true)
  }

  async #look(): Promise<void> {
    try {
      const heads = (await this.#store.engine.heads()).map((head) => head.seq).join()
      if (heads !== this.#seen) this.wake()
      this.#seen = heads
    } catch (error) {
      this.#logger.warn('looking for the commits of others failed; trying again', { error: String(error) })
    }
    if (this.#watchers > 0 && !this.#closed) this.#poll()
  }
}

function swept(): HoldfastError<'not_found'> {
  const message = 'Records behind this cursor have been swept; read the state anew and watch from now on'
  return new HoldfastError('not_found', message, { path: 'after' })
}

function matches(change: Change & { readonly tenant: string }, tenant: string, { kind, id, root }: WatchOptions): boolean {
  if (change.tenant !== tenant) return false
  if (kind !== undefined && change.entity.kind !== kind) return false
  if (id !== undefined && change.entity.id !== id) return false
  return root === undefined || change.root === root || (change.entity.kind === 'session' && change.entity.id === root)
}
