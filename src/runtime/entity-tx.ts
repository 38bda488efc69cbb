import { checkName, checkText, compareUtf8, HoldfastError } from '../core/index.ts'
import {
  type CachedEntry,
  createDraft,
  type Draft,
  decodeNode,
  type EntityCommit,
  type EntityRef,
  type EntityState,
  type EntryClass,
  encodeLeaf,
  type LoadingSource,
  type Need,
  type Outline,
  type TermWrite,
  type Write,
} from '../store/index.ts'
import { type Action, entityRequest } from './gate.ts'
import { Miss, type Wanted } from './miss.ts'
import { outboxId, timerId, timerQueue } from './outbox-id.ts'
import { type About, outlineAfter, recordedAt } from './outline.ts'
import type { Part } from './part.ts'
import type { TreeChange, TxOwner, TxScope } from './tx-scope.ts'

/** What may be said of an entry. */
export interface EntryOptions {
  /** Default `state`. */
  readonly class?: EntryClass
  /** Whose data this is. */
  readonly subject?: string | null
  /** Compress it from so many encoded bytes on. Default: the store's. Less pays for what is written once, much of it alike, and seldom read. */
  readonly compressFrom?: number
}

/** What may be said of an effect. */
export interface EffectOptions {
  /** Default: a new one. An effect put under an id that is there replaces it. */
  readonly id?: string
  /** Not before so many milliseconds from now. Default 0. */
  readonly delay?: number
}

interface Staged {
  readonly plain: Uint8Array | null
  readonly class: EntryClass
  readonly subject: string | null
  readonly compressFrom: number | undefined
}

/** Largest encoded value of one entry that is not split into several. */
export const MAX_ENTRY_BYTES = 8 * 1024 * 1024

/** One entity inside a decision: reads see what this decision and all before it have written. */
export class EntityTx {
  readonly ref: EntityRef
  readonly #tx: TxOwner
  readonly #scope: TxScope
  readonly #state: EntityState
  readonly #writes = new Map<string, Staged>()
  readonly #terms = new Map<string, TermWrite>()
  readonly #about: About = {}
  #draft: Draft | undefined
  #event: unknown
  #hasEvent = false
  #delete = false
  #touchedOnly = true
  readonly #allowed: Set<Action>

  constructor(tx: TxOwner, scope: TxScope, state: EntityState, action: Action) {
    this.ref = state.ref
    this.#tx = tx
    this.#scope = scope
    this.#state = state
    this.#allowed = new Set([action])
  }

  /** @internal */
  get state(): EntityState {
    return this.#state
  }

  /** The entity's outline, or undefined when it does not exist (or was deleted). */
  get outline(): Outline | undefined {
    const outline = this.#outline()
    return outline === null || outline.deleted ? undefined : outline
  }

  get exists(): boolean {
    return this.outline !== undefined
  }

  /** Commits that have touched this entity so far; 0 when it never existed. */
  get revision(): number {
    return this.#outline()?.revision ?? 0
  }

  /** When a change of this decision is recorded: now, or at its last change where the clock has jumped back since. */
  get changedAt(): number {
    return recordedAt(this.#outline(), this.#tx.now)
  }

  /** When it expires, with what this decision has said of it; null for never, and where it does not exist. */
  get expires(): number | null {
    return this.#about.expires === undefined ? (this.outline?.expires ?? null) : this.#about.expires
  }

  /**
   * Goes on only if the entity stands at this revision.
   * @throws conflict
   */
  expect(revision: number): void {
    const current = this.revision
    if (current === revision) return
    const { kind, id } = this.ref
    const message = `Expected ${kind} ${id} at revision ${revision}, it is at ${current}; read it again and decide anew`
    throw new HoldfastError('conflict', message, { entity: id, expected: revision, current })
  }

  /** A fresh copy of the value of a key; undefined when there is none. */
  get(key: string): unknown {
    const bytes = this.read(key)
    if (bytes === undefined) return undefined
    const node = decodeNode(bytes)
    return node.type === 'leaf' ? node.value : undefined
  }

  /** @throws invalid when the value cannot be stored exactly; too_large. */
  set(key: string, value: unknown, options: EntryOptions = {}): void {
    this.#stage(key, encodeLeaf(value, undefined, [key]), options)
  }

  delete(key: string): void {
    if (this.read(key) !== undefined) this.#stage(key, null, {})
  }

  /** Keys that start with a prefix, in UTF-8 byte order, with fresh copies of their values. */
  *scan(prefix: string): Generator<[key: string, value: unknown]> {
    for (const [key, bytes] of this.#below(prefix)) {
      const node = decodeNode(bytes)
      if (node.type === 'leaf') yield [key, node.value]
    }
  }

  /** The tree of this entity as a value that may be changed in place; the same one each time. */
  draft<State extends object>(): State {
    this.#draft ??= createDraft(this.tree, this.#nextOrder())
    return this.#draft.value as State
  }

  /** Names of the tree's first level that the draft has looked at or changed. */
  get drafted(): readonly string[] {
    return this.#draft?.touched() ?? []
  }

  /** The entries of the tree, for reading: without what the draft has changed. */
  get tree(): LoadingSource {
    return {
      read: (key) => this.read(key),
      below: (parent) => this.#below(`${parent}/`),
      cover: (parent) => this.#cover(`${parent}/`),
    }
  }

  /** Says what this decision was about; one event for each entity and commit, the last one counts. */
  event(name: string, data?: unknown): void {
    this.#event = data === undefined ? [name] : [name, data]
    this.#hasEvent = true
    this.#change()
  }

  /** Replaces the values under which this entity is found by `name`. */
  term(name: string, values: readonly string[], subject: string | null = null): void {
    checkName(name, 'the name of a term', 128)
    for (const value of values) checkName(value, `a value of term ${name}`, 512)
    if (subject !== null) checkText(subject, `the subject of term ${name}`)
    this.#terms.set(name, { name, values, subject })
    this.#change()
  }

  /** Sets properties of the entity itself. `root` and `origin` count only at its creation. */
  describe(about: About): void {
    for (const name of ['root', 'schema'] as const) {
      const text = about[name]
      if (typeof text === 'string') checkText(text, `the ${name} of an entity`)
    }
    if (typeof about.expires === 'number') checkTime(about.expires, 'the time an entity expires')
    Object.assign(this.#about, about)
    this.#change()
  }

  /** Deletes the entity: nothing of it is current any more, its history stays until it is swept. */
  destroy(): void {
    this.allow('delete')
    this.#delete = true
    this.tellTree({ do: 'destroy' })
    this.#change()
  }

  /** Asks for something to be done outside, by the handler registered under `name`. Returns its id. */
  effect(name: string, payload: unknown, options: EffectOptions = {}): string {
    const id = options.id ?? this.#tx.id()
    const due = this.#tx.now + (options.delay ?? 0)
    const claim = due <= this.#tx.now ? this.#scope.claim(name) : undefined
    this.#promise(id, name, due, payload, claim)
    return id
  }

  /**
   * Asks to be told at a time. A timer set under a name that is there replaces it. Returns its id.
   * @param of whose handler is told, in place of that of this entity's kind
   */
  timer(name: string, at: number, data?: unknown, of: string = this.ref.kind): string {
    const id = timerId(this.ref, name)
    this.#promise(id, timerQueue(of), at, [name, data], undefined)
    return id
  }

  /** @internal A timer that is none of what its history tells. */
  reminder(name: string, at: number, of: string = this.ref.kind): void {
    this.allow('write')
    this.#put(timerId(this.ref, name), timerQueue(of), at, [name], undefined)
  }

  /** @internal Says what becomes of this entity to those that live in its tree: they follow in the same commit. */
  tellTree(change: TreeChange): void {
    this.#change()
    this.#tx.tellTree(this.ref, change)
  }

  cancelTimer(name: string): void {
    this.#tx.promise({ op: 'cancel', id: outboxId(this.ref.tenant, timerId(this.ref, name)) })
    this.#change()
  }

  /** Ends an effect of this entity, if it has not ended yet. */
  cancelEffect(id: string): void {
    this.#tx.promise({ op: 'cancel', id: outboxId(this.ref.tenant, id) })
    this.#change()
  }

  /** @internal Asks the gate once for each action. */
  allow(action: Action, path?: string): void {
    if (path === undefined && this.#allowed.has(action)) return
    this.#scope.gate.check(entityRequest(this.#tx.principal, action, this.ref, path))
    if (path === undefined) this.#allowed.add(action)
  }

  /** @internal Plain bytes of a key's current node. */
  read(key: string): Uint8Array | undefined {
    const staged = this.#writes.get(key)
    if (staged !== undefined) return staged.plain ?? undefined
    this.#loadedRow()
    const entry = this.#state.entry(key)
    if (entry === undefined) throw this.#miss({ what: 'key', key })
    return entry?.plain
  }

  /** @internal Moves what the draft changed to the writes; returns how many there are. */
  finish(): number {
    const draft = this.#draft
    this.#draft = undefined
    if (draft !== undefined) for (const [key, plain] of draft.finish()) this.#stage(key, plain ?? null, {})
    return this.#writes.size
  }

  /** @internal True when this decision changes nothing of this entity. */
  get untouched(): boolean {
    return this.#touchedOnly
  }

  /** @internal What the engine is to write, and what the cache will hold then. Of a deleted entity nothing is left to write. */
  commit(): Part {
    const before = this.#outline()
    const deletes = this.#delete
    const { writes, entries } = this.#seal(deletes ? new Map() : this.#writes)
    const terms = deletes ? [] : [...this.#terms.values()]
    const event = this.#hasEvent ? this.#scope.store.codec.seal(encodeLeaf(this.#event, undefined, ['event'])) : null
    const change: EntityCommit = { entity: this.ref, ...this.#about, delete: deletes, writes, terms, event }
    const action = deletes ? 'delete' : before === null || before.deleted ? 'create' : 'write'
    return {
      state: this.#state,
      action,
      change,
      entries,
      deletes,
      outline: outlineAfter(before, this.#about, deletes, this.#tx.now),
    }
  }

  #seal(staged: ReadonlyMap<string, Staged>): { writes: Write[]; entries: Map<string, CachedEntry | null> } {
    const writes: Write[] = []
    const entries = new Map<string, CachedEntry | null>()
    for (const [key, { plain, class: kind, subject, compressFrom }] of staged) {
      const old = this.#state.entry(key) ?? null
      const write = this.#scope.store.seal(key, plain, old, { class: kind, subject }, compressFrom)
      writes.push(write)
      entries.set(key, plain === null ? null : { plain, seq: 0, run: write.run, class: kind, subject, inherited: false })
    }
    return { writes, entries }
  }

  #promise(id: string, queue: string, due: number, payload: unknown, claim: { owner: string; lease: number } | undefined): void {
    this.#put(id, queue, due, payload, claim)
    this.#change()
  }

  #put(id: string, queue: string, due: number, payload: unknown, claim: { owner: string; lease: number } | undefined): void {
    checkName(id, 'the id of an effect', 1024)
    checkName(queue, 'the name of an effect', 128)
    checkTime(due, 'the time of an effect or timer')
    const sealed = this.#scope.store.codec.seal(encodeLeaf(payload, undefined, [queue]))
    this.#tx.promise({ op: 'put', id: outboxId(this.ref.tenant, id), entity: this.ref, queue, due, payload: sealed, claim })
  }

  #stage(key: string, plain: Uint8Array | null, options: EntryOptions): void {
    checkName(key, 'a key', 2048)
    if (plain !== null && plain.length > MAX_ENTRY_BYTES) throw tooLarge(key, plain.length)
    if (typeof options.subject === 'string') checkText(options.subject, `the subject of ${key}`)
    this.#change()
    const { class: kind = 'state', subject = null, compressFrom } = options
    this.#writes.set(key, { plain, class: kind, subject, compressFrom })
  }

  #change(): void {
    this.#tx.checkOpen()
    if (this.#touchedOnly) this.allow('write')
    this.#touchedOnly = false
  }

  #outline(): Outline | null {
    return this.#loadedRow()
  }

  #loadedRow(): Outline | null {
    const outline = this.#state.outline
    if (outline === undefined) throw this.#miss({ what: 'row' })
    return outline
  }

  #cover(prefix: string): void {
    this.#loadedRow()
    const state = this.#state
    if (!state.aheadDeleted && !state.covers(prefix)) throw this.#miss({ what: 'below', prefix })
  }

  *#below(prefix: string): Generator<readonly [string, Uint8Array]> {
    this.#cover(prefix)
    const state = this.#state
    const keys = new Set<string>()
    const collect = (key: string): void => {
      if (key.startsWith(prefix)) keys.add(key)
    }
    if (!state.aheadDeleted) for (const key of state.entries.keys()) collect(key)
    for (const key of state.keysAhead()) collect(key)
    for (const key of this.#writes.keys()) collect(key)
    for (const key of [...keys].sort(compareUtf8)) {
      const bytes = this.read(key)
      if (bytes !== undefined) yield [key, bytes]
    }
  }

  #miss(need: Need): Miss | Wanted {
    this.#tx.miss ??= new Miss(this.#state, need)
    return this.#tx.miss
  }

  /**
   * Children are placed by the revision that made them, then by their order in it. Revisions of a fork count from its birth
   * in the log, which lies behind everything it inherits.
   */
  #nextOrder(): () => number {
    let place = 0
    return () => ((this.#state.row?.born ?? 0) + this.revision + 1) * ORDERS_A_REVISION + place++
  }
}

const ORDERS_A_REVISION = 2 ** 20

function checkTime(at: number, what: string): void {
  if (!Number.isFinite(at))
    throw new HoldfastError('invalid', `Expected ${what} in milliseconds since the epoch, got ${at}`, { path: what })
}

function tooLarge(path: string, actual: number): HoldfastError<'too_large'> {
  const message = `${path} takes ${actual} bytes, one entry may take ${MAX_ENTRY_BYTES}; store it as a list or map, which is split, or outside`
  return new HoldfastError('too_large', message, { path, limit: MAX_ENTRY_BYTES, actual, unit: 'bytes' })
}
