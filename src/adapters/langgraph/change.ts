import { checkpointCode } from './checkpoint-code.ts'
import { type CheckpointRecord, type Grown, isGrown, type Value, type Version } from './record.ts'
import type { Serial } from './serial.ts'
import type { Snapshot, Snapshots } from './snapshot.ts'
import { makeTextPatch } from './text-patch.ts'

/** A checkpoint about to be stored: everything it says, and the values of the channels that may have changed. */
export interface NewCheckpoint {
  readonly parent: string | undefined
  readonly metadata: Serial
  readonly rest: Readonly<Record<string, unknown>>
  readonly versions: Readonly<Record<string, Version>>
  readonly seen: Readonly<Record<string, Readonly<Record<string, Version>>>>
  readonly values: ReadonlyMap<string, Serial>
  /** True for a channel that has changed, given the version it had at the parent. */
  readonly hasChanged: (channel: string, before: Version | undefined) => boolean
}

/** Every so many records one tells everything: no more than these are ever read to know a checkpoint. */
const DEEPEST = 16

/** The record of a checkpoint on top of the snapshot it continues. */
export function makeRecord(snapshots: Snapshots, parent: Snapshot | undefined, next: NewCheckpoint): CheckpointRecord {
  const channels = Object.keys(next.versions)
  const changed = new Set(channels.filter((channel) => next.hasChanged(channel, parent?.versions.get(channel))))
  const values: Record<string, Value> = {}
  for (const channel of changed) {
    const value = next.values.get(channel)
    if (value !== undefined) values[channel] = parent === undefined ? value : grow(snapshots, parent, channel, value)
  }
  const isKept = (channel: string): boolean => Object.hasOwn(next.versions, channel) && !changed.has(channel)
  const kept = new Map([...(parent?.holders ?? [])].filter(([channel]) => isKept(channel)))
  const about = {
    ...(next.parent !== undefined && { parent: checkpointCode(next.parent) }),
    metadata: next.metadata,
    rest: next.rest,
    values,
  }
  const depth = parent === undefined ? 0 : (parent.record.depth + 1) % DEEPEST
  if (depth === 0 || parent === undefined)
    return {
      ...about,
      depth: 0,
      versions: next.versions,
      seen: next.seen,
      ...(kept.size > 0 && { held: Object.fromEntries(kept) }),
    }
  const empty = [...parent.holders.keys()].filter((channel) => !kept.has(channel) && !Object.hasOwn(values, channel))
  const versions = changes(parent.versions, next.versions, (a, b) => a === b)
  const seen = changes(parent.seen, next.seen, sameVersions)
  return { ...about, depth, versions, seen, ...(empty.length > 0 && { empty }) }
}

/** What has to be said to make `after` of `before`: null for what is gone. */
function changes<Item>(
  before: ReadonlyMap<string, Item>,
  after: Readonly<Record<string, Item>>,
  isSame: (a: Item, b: Item) => boolean,
): Record<string, Item | null> {
  const found: Record<string, Item | null> = {}
  for (const [name, item] of Object.entries(after)) {
    const old = before.get(name)
    if (old === undefined || !isSame(old, item)) found[name] = item
  }
  for (const name of before.keys()) if (!Object.hasOwn(after, name)) found[name] = null
  return found
}

function sameVersions(a: Readonly<Record<string, Version>>, b: Readonly<Record<string, Version>>): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}

/** A value is made of at most this many others for each digit of the number of its changes, to this base. */
const BASE = 32
/** Below this a patch has no use. */
const SHORTEST = 64
/** A patch that repeats more than this share of a value is not worth putting together. */
const LARGEST_SHARE = 0.7

/**
 * A value as what was added to an earlier one, if that is much less. Most are made of the one before; every 32nd of the one 32 changes
 * ago, every 1,024th of the one 1,024 ago. So what is appended is stored two or three times at most, and reading a value of n changes
 * puts 31 patches together for each digit of n to the base of 32.
 */
function grow(snapshots: Snapshots, parent: Snapshot, channel: string, value: Serial): Value {
  const holder = parent.holders.get(channel)
  if (holder === undefined || typeof value !== 'string' || value.length < SHORTEST) return value
  const before = snapshots.stored(holder, channel)
  if (typeof before === 'object' && !isGrown(before)) return value
  const n = (isGrown(before) ? before[0] : 0) + 1
  const base = earlier(snapshots, channel, { code: holder, value: before }, n - stride(n))
  const text = base === holder ? snapshots.value(parent, channel) : snapshots.assemble(base, channel)
  if (typeof text !== 'string') return value
  const patch = makeTextPatch(text, value)
  const grown: Grown = [n, base, ...patch]
  return patch[2].length <= value.length * LARGEST_SHARE ? grown : value
}

/** The largest power of the base that divides n. */
function stride(n: number): number {
  let stride = 1
  while (n % (stride * BASE) === 0) stride *= BASE
  return stride
}

/** The code of the checkpoint that holds the value as of change `n`, on the way down from a later one. */
function earlier(
  snapshots: Snapshots,
  channel: string,
  from: { readonly code: string; readonly value: Value },
  n: number,
): string {
  let { code, value } = from
  while (isGrown(value) && value[0] > n) {
    code = value[1]
    value = snapshots.stored(code, channel)
  }
  return code
}
