import { type Clock, type Codec, type CodecOptions, createCodec, makeSplice, systemClock } from '../core/index.ts'
import type { Awaitable } from './awaitable.ts'
import type { Commit, Engine, EntityRef, EntityRow, EntryClass, PartitionHead, Receipt, Write } from './engine.ts'
import { type CachedEntry, EntityState } from './entity-state.ts'
import { type CurrentVersion, Reader } from './reader.ts'
import { refKey } from './ref.ts'

/** How a store keeps what an engine holds. */
export interface StoreOptions extends CodecOptions {
  /** Bytes of entries kept in memory. Default 32 MiB. */
  readonly cacheBytes?: number
  /** Tells how old what is known is. Default: the engine's, or the machine's. */
  readonly clock?: Clock
}

/** Part of an entity that is wanted in memory: its row, one entry, or every entry whose key starts with a prefix. */
export type Need =
  | { readonly what: 'row' }
  | { readonly what: 'key'; readonly key: string }
  | { readonly what: 'below'; readonly prefix: string }

/** At most this many patches lie between a past version and an image it can be made from. */
const MAX_RUN = 24
/** What an entity costs in memory besides its entries. */
const ENTITY_BYTES = 2000
/** An entity of more bytes is not evicted as a whole. */
const LARGE_BYTES = 64 * 1024

/** A batch that is with the engine. */
interface Underway {
  readonly batch: readonly Commit[]
  readonly answered: Promise<void>
  readonly answer: () => void
  /** True when records of it were seen in the log: reading waits for the answer. */
  isFollowed: boolean
}

/** The codec and the cache over an engine. */
export class Store {
  readonly engine: Engine
  readonly codec: Codec
  readonly reader: Reader
  readonly #limit: number
  readonly #clock: Clock
  /** Least recently used first. */
  readonly #states = new Map<string, EntityState>()
  readonly #byNum = new Map<number, EntityState>()
  #bytes = 0
  #underway: readonly Underway[] = []
  /** Counts the records that were seen in the log before this process was told that it has stored them. */
  #early = 0
  /** Newest seq of each partition that the cache has seen. */
  #seen: number[] | undefined
  /** Counts the times that others' records were seen: what was asked before may be older than the cache now. */
  #generation = 0
  #checked = false
  #looking: Promise<unknown> | undefined
  #catchingUp: Promise<void> | undefined
  /** Until those who have asked where the logs end are answered. */
  #asking: Promise<void> | undefined
  /** When the last look at what others have done began that has come to an end. */
  #lookedAt = Number.NEGATIVE_INFINITY
  /** True from when others' commits were noticed until the cache has followed them. */
  #behind = false
  hits = 0
  misses = 0

  constructor(engine: Engine, options: StoreOptions = {}) {
    this.engine = engine
    this.codec = createCodec(options)
    this.reader = new Reader(engine, this.codec)
    this.#limit = options.cacheBytes ?? 32 * 1024 * 1024
    this.#clock = options.clock ?? engine.clock ?? systemClock
  }

  get cacheBytes(): number {
    return this.#bytes
  }

  /**
   * What is known of an entity; nothing of it need be loaded. It stays the one state of that entity at least until the
   * running turn ends or something is awaited, and as long as it is pinned or has commits pending.
   */
  state(ref: EntityRef): EntityState {
    const name = refKey(ref)
    const known = this.#states.get(name)
    if (known !== undefined) {
      this.#states.delete(name)
      this.#states.set(name, known)
      return known
    }
    const state = new EntityState(ref, name)
    this.#states.set(name, state)
    this.#bytes += ENTITY_BYTES
    return state
  }

  /**
   * Loads what is needed. Answers at once when it is there. The cache stays of one moment: whatever others have committed
   * up to now is followed before what was read is kept, and when the entity itself has changed meanwhile, nothing is
   * kept, and the caller, who finds it still missing, asks again.
   */
  async load(state: EntityState, need: Need): Promise<void> {
    if (state.row === undefined) await this.#loadRow(state)
    const { row } = state
    if (row === null || row === undefined || row.deleted || need.what === 'row') return
    if (need.what === 'key' ? state.durable(need.key) !== undefined : state.covers(need.prefix)) return
    this.misses++
    const found = await this.#read(row, need)
    await this.news()
    if (state.row !== row) return
    if (found === undefined) return this.invalidate(state)
    const before = state.bytes
    for (const [key, version] of found) if (!state.entries.has(key)) state.remember(key, version && toCached(version))
    if (need.what === 'below') state.complete(need.prefix)
    this.#account(state, before)
  }

  async #loadRow(state: EntityState): Promise<void> {
    const [generation, early, { pending }] = [this.#generation, this.#early, state]
    const row = await this.engine.entity(state.ref)
    await this.news()
    if (state.row !== undefined || generation !== this.#generation) return
    // A commit of our own that is with the engine may have changed it since: nobody could take that over.
    if (pending > 0 && (state.pending !== pending || early !== this.#early)) return
    const before = state.bytes
    state.row = row ?? null
    if (row !== undefined && this.#holds(state)) this.#byNum.set(row.num, state)
    this.#account(state, before)
  }

  /**
   * One key of an entity that a list has come upon, and the row it goes with; undefined when the entity is gone. Nothing of it is
   * kept: a list that runs over many entities must not drive out those that are worked on.
   */
  async glance(
    row: EntityRow,
    key: string,
  ): Promise<{ readonly row: EntityRow; readonly plain: Uint8Array | undefined } | undefined> {
    let now: EntityRow | undefined = row
    while (now !== undefined && !now.deleted) {
      const found = await this.#read(now, { what: 'key', key })
      if (found !== undefined) return { row: now, plain: found.get(key)?.plain }
      now = await this.engine.entityByNum(row.num)
    }
    return undefined
  }

  /** Undefined when the entity is not what `row` says any more: then it is unknown of which revision the answer is. */
  async #read(row: EntityRow, need: Exclude<Need, { what: 'row' }>): Promise<Map<string, CurrentVersion | null> | undefined> {
    try {
      const found =
        need.what === 'below'
          ? await this.reader.currentBelow(row, need.prefix)
          : new Map([[need.key, (await this.reader.current(row, need.key)) ?? null]])
      return (await this.#isCurrent(row)) ? found : undefined
    } catch (error) {
      if (await this.#isCurrent(row)) throw error
      return undefined
    }
  }

  async #isCurrent(row: EntityRow): Promise<boolean> {
    const now = await this.engine.entityByNum(row.num)
    return now !== undefined && now.revision === row.revision && (now.origin === null) === (row.origin === null)
  }

  /** The write that makes `plain` the current version of a key, with the way back to the version it replaces. */
  seal(
    key: string,
    plain: Uint8Array | null,
    old: CachedEntry | null,
    about: { class: EntryClass; subject: string | null },
    compressFrom?: number,
  ): Write {
    if (plain === null) return { key, ...about, segment: null, undo: null, run: 0 }
    const undo = old === null ? null : this.#undo(plain, old, about)
    return {
      key,
      ...about,
      segment: this.codec.seal(plain, compressFrom),
      undo,
      run: undo === null || old === null ? 0 : old.run + 1,
    }
  }

  #undo(plain: Uint8Array, old: CachedEntry, about: { class: EntryClass; subject: string | null }): Uint8Array | null {
    if (
      old.inherited ||
      old.class === 'derived' ||
      about.class === 'derived' ||
      old.subject !== about.subject ||
      old.run >= MAX_RUN
    )
      return null
    const patch = makeSplice(plain, old.plain)
    return patch.length < old.plain.length * 0.7 ? this.codec.seal(patch) : null
  }

  /** Takes over what a commit has made durable. */
  settle(state: EntityState, row: EntityRow, entries: Iterable<readonly [string, CachedEntry | null]>): void {
    const before = state.bytes
    // Of what has just been made, or made anew, there is nothing but what was written now.
    const isWhole = (state.row === null || state.row?.deleted === true) && (row.origin === null || row.origin.until !== null)
    if (isWhole) state.complete('')
    if (row.deleted) {
      state.entries.clear()
      state.bytes = 0
    }
    state.row = row
    if (this.#holds(state)) this.#byNum.set(row.num, state)
    for (const [key, entry] of entries) {
      if (entry !== null) entry.seq = row.seq
      state.remember(key, entry)
    }
    state.forgetAssembled()
    this.#account(state, before)
  }

  /** Drops everything known of an entity, e.g. because somebody else has changed it. */
  invalidate(state: EntityState): void {
    const before = state.bytes
    if (state.row && this.#byNum.get(state.row.num) === state) this.#byNum.delete(state.row.num)
    state.forget()
    this.#account(state, before)
  }

  /** Notes a record this process has committed itself; false when records lie before it that have not been followed. */
  advance(partition: number, seq: number): boolean {
    const seen = this.#seen?.[partition]
    if (this.#seen === undefined || seen === undefined || seen < seq - 1) return false
    this.#seen[partition] = Math.max(seen, seq)
    return true
  }

  /**
   * Looks for commits of other connections and drops what they changed, at most once in a turn of the event loop.
   * Undefined when there is nothing to wait for.
   */
  refresh(): Promise<unknown> | undefined {
    if (this.#checked && this.#looking !== undefined) return this.#looking
    if (this.#checked && (this.#catchingUp !== undefined || !this.#behind)) return this.#catchingUp
    this.upToDate()
    return this.#look()
  }

  /** Who asks while the answer is on its way waits for it too; after a failure the next one asks again. */
  #look(): Promise<unknown> | undefined {
    try {
      const looking: Promise<unknown> | undefined = this.news()?.then(
        () => this.#looked(looking),
        (error: unknown) => {
          this.#looked(looking)
          this.#checked = false
          throw error
        },
      )
      this.#looking = looking
      return looking
    } catch (error) {
      this.#checked = false
      throw error
    }
  }

  #looked(looking: Promise<unknown> | undefined): void {
    if (this.#looking === looking) this.#looking = undefined
  }

  /** Notes that this turn of the event loop has seen what others have committed: nobody need look again in it. */
  upToDate(): void {
    if (this.#checked) return
    this.#checked = true
    setImmediate(() => {
      this.#checked = false
    })
  }

  /** Milliseconds since what this store knows was all there was; for ever, when the clock has jumped back. */
  age(): number {
    const age = this.#clock.now() - this.#lookedAt
    return age < 0 ? Number.POSITIVE_INFINITY : age
  }

  /** The same, however recently it was done. */
  news(): Promise<unknown> | undefined {
    const asked = this.#clock.now()
    const heads = this.#behind || this.#seen === undefined ? this.engine.heads() : this.engine.poll()
    if (heads instanceof Promise) return heads.then((found) => this.#followed(found, asked))
    return this.#followed(heads, asked)
  }

  #followed(heads: readonly PartitionHead[] | undefined, asked: number): Promise<void> | undefined {
    const following = heads ? this.catchUp(heads) : this.#catchingUp
    if (following === undefined) this.#lookedAt = asked
    return following?.then(() => {
      this.#lookedAt = asked
    })
  }

  /** Counts the times that others' records were followed: what has changed since it was this, others may have changed. */
  get followed(): number {
    return this.#generation
  }

  /** Where the logs end. Whatever this process hands to the engine from now on comes behind. */
  async ends(): Promise<number[]> {
    const heads = this.engine.heads()
    if (heads instanceof Promise) this.#asked(heads)
    return (await heads).map(({ seq }) => seq)
  }

  #asked(heads: Promise<unknown>): void {
    const before = this.#asking
    const asking = Promise.allSettled([heads, before]).then(() => {
      if (this.#asking === asking) this.#asking = undefined
    })
    this.#asking = asking
  }

  /** Hands a batch to the engine, behind those who have asked where the logs end. */
  commit(batch: readonly Commit[]): Awaitable<readonly Receipt[]> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#underway = [...this.#underway, { batch, answered: promise, answer: resolve, isFollowed: false }]
    return this.#asking === undefined ? this.engine.commit(batch) : this.#asking.then(() => this.engine.commit(batch))
  }

  /** To be called once the answer to a batch has been taken over, or none is to come. */
  answered(batch: readonly Commit[]): void {
    this.#underway.find((each) => each.batch === batch)?.answer()
    this.#underway = this.#underway.filter((each) => each.batch !== batch)
  }

  /** How many records up to these heads the cache has not followed. */
  behind(heads: readonly PartitionHead[]): number {
    return heads.reduce((sum, { seq }, partition) => sum + Math.max(0, seq - (this.#seen?.[partition] ?? seq)), 0)
  }

  /** Drops whatever changed between what the cache has seen and these heads. */
  catchUp(heads: readonly PartitionHead[]): Promise<void> {
    this.#behind = true
    const done: Promise<void> = this.#follow(heads).then(
      () => this.#caughtUp(done, false),
      (error: unknown) => {
        this.#caughtUp(done, true)
        throw error
      },
    )
    this.#catchingUp = done
    return done
  }

  /** After a failure the cache stays behind, so that the next one to look tries again. */
  #caughtUp(done: Promise<void>, behind: boolean): void {
    if (this.#catchingUp !== done) return
    this.#catchingUp = undefined
    this.#behind = behind
  }

  async #follow(heads: readonly PartitionHead[]): Promise<void> {
    const seen = this.#seen
    if (seen === undefined) {
      this.#seen = heads.map((head) => head.seq)
      return
    }
    for (const [partition, head] of heads.entries()) {
      for (let after = seen[partition] ?? 0; after < head.seq; ) {
        const records = await this.engine.log({ partition, after, limit: 500 })
        const last = records.at(-1)
        if (last === undefined) break
        const before = seen[partition] ?? 0
        const others = records.filter(({ seq, commit }) => seq > before && !this.#isOwn(commit))
        if (others.length > 0) this.#generation++
        this.#invalidateAll(others.map(({ num }) => num))
        after = last.seq
        seen[partition] = Math.max(seen[partition] ?? 0, after)
      }
    }
    // Others may have been shown what this process has stored and not been told of yet: it is taken over with its answer.
    await Promise.all(this.#underway.flatMap(({ isFollowed, answered }) => (isFollowed ? [answered] : [])))
  }

  #isOwn(commit: string): boolean {
    const own = this.#underway.find(({ batch }) => batch.some(({ id }) => id === commit))
    if (own === undefined) return false
    own.isFollowed = true
    this.#early++
    return true
  }

  #invalidateAll(nums: readonly number[]): void {
    const known = nums.map((num) => this.#byNum.get(num))
    for (const state of known) if (state !== undefined) this.invalidate(state)
    // An entity that was asked for and found missing has no number: any unknown one may be it, created since.
    if (known.includes(undefined)) for (const state of this.#states.values()) if (state.row === null) this.invalidate(state)
  }

  /** False for a state that was evicted while somebody still held it. */
  #holds(state: EntityState): boolean {
    return this.#states.get(state.name) === state
  }

  #account(state: EntityState, before: number): void {
    if (!this.#holds(state)) return
    this.#bytes += state.bytes - before
    this.#evict()
  }

  /** What was used longest ago goes, unless it is in use; of a large entity half: who appends to it all the time uses what is left. */
  #evict(): void {
    if (this.#bytes <= this.#limit) return
    for (const [name, state] of this.#states) {
      if (this.#bytes <= this.#limit * 0.9) return
      if (state.pins > 0) continue
      if (state.bytes > LARGE_BYTES) {
        this.#bytes -= state.bytes
        state.halve()
        this.#bytes += state.bytes
      } else if (state.pending === 0) {
        this.#bytes -= state.bytes + ENTITY_BYTES
        this.#states.delete(name)
        if (state.row && this.#byNum.get(state.row.num) === state) this.#byNum.delete(state.row.num)
      }
    }
  }
}

function toCached(version: CurrentVersion): CachedEntry {
  const { plain, subject, row } = version
  if (row === undefined) return { plain, subject, seq: 0, run: 0, class: 'state', inherited: true }
  return { plain, subject, seq: row.seq, run: row.run, class: row.class, inherited: false }
}
