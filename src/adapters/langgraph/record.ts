import type { Serial } from './serial.ts'
import type { TextPatch } from './text-patch.ts'

/** A version of a channel. */
export type Version = number | string

/**
 * A checkpoint as it is stored. It tells what has changed since its parent, and every so often everything: what it costs is what a step
 * has changed, however large the graph and its state have become. It is written once.
 */
export interface CheckpointRecord {
  /** Code of the checkpoint it continues. */
  readonly parent?: string
  readonly metadata: Serial
  /** What else the checkpoint says: its format, its time. */
  readonly rest: Readonly<Record<string, unknown>>
  /** How many records must be read before it to know everything. */
  readonly depth: number
  /** Null for what is no more. */
  readonly versions: Readonly<Record<string, Version | null>>
  readonly seen: Readonly<Record<string, Readonly<Record<string, Version>> | null>>
  /** Values of the channels that got new ones. */
  readonly values: Readonly<Record<string, Value>>
  /** Channels that have no value any more. */
  readonly empty?: readonly string[]
  /** Where the values are that have not changed, by channel: the code of the checkpoint. Told where everything is. */
  readonly held?: Readonly<Record<string, string>>
}

/** A record as it is stored: there are many, and names would be half of them. What is empty at the end is left out; 0 stands for no parent. */
export type StoredRecord = [
  depth: number,
  parent: string | 0,
  metadata: Serial,
  rest: CheckpointRecord['rest'],
  values: CheckpointRecord['values'],
  versions: CheckpointRecord['versions'],
  seen: CheckpointRecord['seen'],
  empty?: readonly string[],
  held?: CheckpointRecord['held'],
]

export function toStored(record: CheckpointRecord): StoredRecord {
  const { depth, parent, metadata, rest, values, versions, seen, empty = [], held } = record
  const stored: StoredRecord = [depth, parent ?? 0, metadata, rest, values, versions, seen]
  if (empty.length > 0 || held !== undefined) stored.push(empty)
  if (held !== undefined) stored.push(held)
  return stored
}

export function fromStored([depth, parent, metadata, rest, values, versions, seen, empty, held]: StoredRecord): CheckpointRecord {
  return {
    depth,
    metadata,
    rest,
    values,
    versions,
    seen,
    ...(parent !== 0 && { parent }),
    ...(empty && { empty }),
    ...(held && { held }),
  }
}

/** A channel's value: whole, or made of the one the channel had at an earlier checkpoint. */
export type Value = Serial | Grown

/** `n` counts the changes since the value was last stored whole, `of` is the code of the checkpoint that holds the earlier one. */
export type Grown = readonly [n: number, of: string, ...TextPatch]

export function isGrown(value: Value): value is Grown {
  return Array.isArray(value)
}
