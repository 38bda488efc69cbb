import type { EntityRef, EntityRow, EntryClass } from './engine.ts'

/** One entry in memory: its plain bytes and, once somebody asked, the value they stand for. */
export interface CachedEntry {
  readonly plain: Uint8Array
  /** Seq of the version; 0 when it is inherited from a fork's origin or not durable yet. */
  seq: number
  readonly run: number
  readonly class: EntryClass
  readonly subject: string | null
  /** True for a version that a fork reads from its origin. */
  readonly inherited: boolean
}

/** The entity's row as a decision sees it. */
export type Outline = Pick<EntityRow, 'revision' | 'deleted' | 'schema' | 'root' | 'created' | 'updated' | 'expires'>

/** What a commit on its way will make of an entity. */
export interface Foreseen {
  readonly outline: Outline
  /** By key; null where deleted. */
  readonly entries: ReadonlyMap<string, CachedEntry | null>
  readonly deletes: boolean
}

/**
 * What this process knows of one entity: the durable part, and what the commits on their way will make of it. Decisions
 * see the latter; answers to readers and watchers come from the former.
 */
export class EntityState {
  readonly ref: EntityRef
  readonly name: string
  /** Null: the entity never existed. Undefined: not loaded. */
  row: EntityRow | null | undefined
  /** Durable entries by key; null where the key is known to be absent. */
  readonly entries = new Map<string, CachedEntry | null>()
  /** Prefixes below which every entry is in `entries`. */
  #loaded: readonly string[] = NONE
  /** Entries that commits on their way have written; null where deleted. Most entities have none: that costs no memory. */
  #ahead: Map<string, CachedEntry | null> | undefined
  aheadOutline: Outline | undefined
  /** Commits on their way that delete the entity. */
  #deletions = 0
  /** Commits on their way that touch this entity. */
  pending = 0
  /** Decisions that wait for something of this entity to be loaded: it must stay in memory. */
  pins = 0
  bytes = 0
  /** Values assembled from the durable entries, dropped whenever those change. */
  #assembled: Map<string, unknown> | undefined
  #wasRead = false

  constructor(ref: EntityRef, name: string) {
    this.ref = ref
    this.name = name
  }

  /** True when a commit on its way deletes the entity: what is durable of it no longer shows. */
  get aheadDeleted(): boolean {
    return this.#deletions > 0
  }

  get outline(): Outline | null | undefined {
    return this.aheadOutline ?? this.row
  }

  /** The entry a decision sees: null for none, undefined for not loaded. */
  entry(key: string): CachedEntry | null | undefined {
    const ahead = this.#ahead?.get(key)
    return ahead !== undefined ? ahead : this.aheadDeleted ? null : this.durable(key)
  }

  /** The durable entry: null for none, undefined for not loaded. */
  durable(key: string): CachedEntry | null | undefined {
    const known = this.entries.get(key)
    if (known !== undefined) return known
    return this.row === null || this.row?.deleted || this.covers(key) ? null : undefined
  }

  /** True when every entry whose key starts with `prefix` is known. */
  covers(prefix: string): boolean {
    if (this.row === null || this.row?.deleted) return true
    return this.#loaded.some((loaded) => prefix.startsWith(loaded))
  }

  /** Notes that every entry whose key starts with `prefix` is in `entries`. */
  complete(prefix: string): void {
    if (!this.#loaded.includes(prefix)) this.#loaded = [...this.#loaded, prefix]
  }

  /**
   * What `assemble` makes of the durable entries, kept until they change. Only from the second time that anything is asked for:
   * of many entities that are read once each, the values would be garbage by the time they are dropped.
   */
  recall<Value>(name: string, assemble: () => Value): Value {
    const known = this.#assembled?.get(name)
    if (known !== undefined) return known as Value
    const value = assemble()
    if (this.#wasRead) {
      this.#assembled ??= new Map()
      this.#assembled.set(name, value)
    }
    this.#wasRead = true
    return value
  }

  /** To be called whenever durable entries have changed. */
  forgetAssembled(): void {
    this.#assembled?.clear()
  }

  /** Keys that commits on their way write or delete. */
  keysAhead(): Iterable<string> {
    return this.#ahead?.keys() ?? NONE
  }

  /** What was remembered last is the last of `entries`. */
  remember(key: string, entry: CachedEntry | null): void {
    const before = this.entries.get(key)
    if (before !== undefined) this.entries.delete(key)
    this.bytes += sizeOf(entry) - sizeOf(before ?? null)
    this.entries.set(key, entry)
  }

  /** Forgets the half of the durable entries that was remembered first, and the values made of them. */
  halve(): void {
    const enough = this.bytes / 2
    const forgotten: string[] = []
    for (const [key, entry] of this.entries) {
      if (this.bytes <= enough) break
      this.entries.delete(key)
      this.bytes -= sizeOf(entry)
      forgotten.push(key)
    }
    this.forgetAssembled()
    this.#loaded = this.#loaded.filter((prefix) => !forgotten.some((key) => key.startsWith(prefix)))
  }

  /** Shows decisions what a commit on its way will make of it. */
  show({ outline, entries, deletes }: Foreseen): void {
    this.aheadOutline = outline
    if (deletes) {
      this.#ahead?.clear()
      this.#deletions++
    }
    this.#ahead ??= new Map()
    for (const [key, entry] of entries) this.#ahead.set(key, entry)
  }

  /** Takes back what was shown of a commit that is durable now, as far as no later one has written over it. */
  land({ outline, entries, deletes }: Foreseen): void {
    if (deletes) this.#deletions--
    if (this.aheadOutline === outline) this.aheadOutline = undefined
    const ahead = this.#ahead
    if (ahead === undefined) return
    for (const [key, entry] of entries) if (ahead.get(key) === entry) ahead.delete(key)
    // Kept, it would outgrow one table after the other, each alive until old garbage is collected, and all it ever held with it.
    if (ahead.size === 0) this.#ahead = undefined
  }

  /** Drops what commits on their way would have made of it. */
  dropAhead(): void {
    this.#ahead = undefined
    this.aheadOutline = undefined
    this.#deletions = 0
  }

  /** Forgets everything but that the entity was asked for. */
  forget(): void {
    this.row = undefined
    this.entries.clear()
    this.#loaded = NONE
    this.#assembled = undefined
    this.bytes = 0
  }
}

const NONE: readonly string[] = []

/** Bytes an entry is reckoned at: its plain bytes, as many for the value made of them, and the Maps and objects around it. */
const OVERHEAD = 400

function sizeOf(entry: CachedEntry | null): number {
  return entry === null ? 0 : 2 * entry.plain.length + OVERHEAD
}
