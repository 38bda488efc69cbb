import { BASE, type Holder, nextHolder, numberOf } from './holder.ts'
import { type CheckpointRecord, type Grown, isGrown, type Value, type Version } from './record.ts'
import type { Serial } from './serial.ts'
import type { Snapshot, Snapshots } from './snapshot.ts'
import { makeTextPatch } from './text-patch.ts'

/** A checkpoint about to be stored: everything it says, and the values of the channels that may have changed. */
export interface NewCheckpoint {
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

/** The record of a checkpoint that continues another. @param before what that one comes to; undefined when it is not stored */
export function makeRecord(
  snapshots: Snapshots,
  parent: string | undefined,
  before: Snapshot | undefined,
  next: NewCheckpoint,
): CheckpointRecord {
  const hasChanged = (channel: string): boolean => next.hasChanged(channel, before?.versions.get(channel))
  const values: Record<string, Value> = {}
  for (const channel of Object.keys(next.versions)) {
    const value = next.values.get(channel)
    if (value === undefined || !hasChanged(channel)) continue
    values[channel] = before === undefined ? value : grow(snapshots, before, channel, value)
  }
  const about = { ...(parent !== undefined && { parent }), metadata: next.metadata, rest: next.rest, values }
  const { versions, seen } = next
  if (before === undefined) return { ...about, depth: 0, versions, seen }
  const isKept = (channel: string): boolean => Object.hasOwn(versions, channel) && !hasChanged(channel)
  const depth = (before.record.depth + 1) % DEEPEST
  if (depth === 0) {
    const kept = [...before.holders].filter(([channel]) => isKept(channel)).map(([channel, { code }]) => [channel, code])
    return { ...about, depth, versions, seen, ...(kept.length > 0 && { held: Object.fromEntries(kept) }) }
  }
  return {
    ...about,
    depth,
    versions: changes(before.versions, versions, (a, b) => a === b),
    seen: changes(before.seen, seen, sameVersions),
    empty: [...before.holders.keys()].filter((channel) => !Object.hasOwn(values, channel) && !isKept(channel)),
  }
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
  holder.stored ??= snapshots.stored(holder.code, channel)
  if (typeof holder.stored === 'object' && !isGrown(holder.stored)) return value
  const n = numberOf(holder.stored) + 1
  const base = earlier(snapshots, channel, holder, n - stride(n))
  base.value ??= snapshots.assemble(base.code, channel)
  if (typeof base.value !== 'string') return value
  const patch = makeTextPatch(base.value, value)
  const grown: Grown = [n, base.code, ...patch]
  return patch[2].length <= value.length * LARGEST_SHARE ? grown : value
}

/** The largest power of the base that divides n. */
function stride(n: number): number {
  let stride = 1
  while (n % (stride * BASE) === 0) stride *= BASE
  return stride
}

/** The holder of the value as of change `n`, on the way down from a later one. */
function earlier(snapshots: Snapshots, channel: string, from: Holder, n: number): Holder {
  let holder = from
  while (holder.milestone !== undefined && numberOf(holder.milestone.stored) >= n) holder = holder.milestone
  while (holder.stored !== undefined && isGrown(holder.stored) && holder.stored[0] > n) {
    const code = holder.stored[1]
    holder = nextHolder(code, snapshots.stored(code, channel))
  }
  return holder
}
