/** What an engine keeps, as it is handed in and out: entities, entries, past versions, the log. */

/** The name of an entity. Unique as a whole; a deleted entity keeps its name and its history. */
export interface EntityRef {
  readonly tenant: string
  readonly kind: string
  readonly id: string
}

/** Where a fork reads what it has no version of its own of: entity `num` as of `seq`. */
export interface Origin {
  readonly num: number
  readonly seq: number
  /** The seq at which the fork was deleted: from there on it reads nothing from its origin. Null while it lives. */
  readonly until: number | null
}

/** An entity as the engine keeps it. */
export interface EntityRow extends EntityRef {
  /** The engine's own short name of the entity; `num % partitions` is its partition. */
  readonly num: number
  /** The id of the session whose tree this entity belongs to; null when it stands alone. */
  readonly root: string | null
  readonly origin: Origin | null
  /** Counts the commits that touched this entity, from 1. Deletion is a revision; re-creation continues. */
  readonly revision: number
  /** Position of the newest record of this entity in the log of its partition. */
  readonly seq: number
  /** The seq of its first record. */
  readonly born: number
  /** As-of reads are exact from this seq on; older history has been swept. At first the same as `born`. */
  readonly floor: number
  readonly deleted: boolean
  /** Name of the shape its values have, e.g. a session definition. */
  readonly schema: string | null
  /** Milliseconds since the epoch. */
  readonly created: number
  readonly updated: number
  /** When it expires; null for never. */
  readonly expires: number | null
}

/** Entries of class `derived` are rebuildable: no history, no record of the change, not part of the state hash. */
export type EntryClass = 'state' | 'derived'

/** The current version of a key. */
export interface EntryRow {
  readonly key: string
  /** The seq at which this version became current. */
  readonly seq: number
  readonly class: EntryClass
  /** How many changes since the last image of this key were stored as patches. */
  readonly run: number
  /** Whose data this is; null for nobody's in particular. */
  readonly subject: string | null
  /** Null marks a key that a fork deleted although its origin has it. */
  readonly segment: Uint8Array | null
}

/** A range of keys in UTF-8 byte order: from, inclusive, to `to`, exclusive. */
export interface KeyRange {
  readonly from: string
  readonly to?: string | undefined
}

/** One step towards a past version. A chain ends with an image, an absence, or the current version. */
export interface VersionRow {
  readonly seq: number
  readonly op: 'image' | 'patch' | 'absent'
  readonly segment: Uint8Array
}

/** What a key was at a point of the log: the version asked for first, then what its patches apply to. */
export interface Chain {
  readonly key: string
  readonly subject: string | null
  readonly versions: readonly VersionRow[]
}

/** One line of the log: what happened to one entity in one commit. */
export interface LogRow {
  readonly seq: number
  /** The commit this record belongs to; its records are neighbours, the last is marked. */
  readonly commit: string
  readonly last: boolean
  readonly num: number
  readonly revision: number
  readonly op: 'write' | 'create' | 'delete'
  /** The decision's time, never less than that of the entity's previous record. */
  readonly at: number
  readonly actor: string | null
  readonly cause: string | null
  readonly source: string | null
  readonly trust: string | null
  /** Birth id of the store a record was replicated from; null when it happened here. */
  readonly store: string | null
  /** What happened, in the domain's words: a name and a payload, sealed. */
  readonly event: Uint8Array | null
  /** State keys this record changed. */
  readonly keys: readonly string[]
}
