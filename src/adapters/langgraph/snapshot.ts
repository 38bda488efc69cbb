import { HoldfastError } from '../../core/index.ts'
import { decodeNode, type TreeSource } from '../../store/index.ts'
import { type Holder, nextHolder } from './holder.ts'
import { checkpointKey } from './keys.ts'
import type { Memo } from './memo.ts'
import { type CheckpointRecord, fromStored, isGrown, type StoredRecord, type Value, type Version } from './record.ts'
import type { Serial } from './serial.ts'
import { applyTextPatch } from './text-patch.ts'

/** Where checkpoints are. */
export interface Place {
  readonly thread: string
  readonly namespace: string
}

/** A checkpoint with all that its record leaves to those before it. */
export interface Snapshot {
  readonly record: CheckpointRecord
  readonly versions: ReadonlyMap<string, Version>
  readonly seen: ReadonlyMap<string, Readonly<Record<string, Version>>>
  /** Where the value of each channel is. */
  readonly holders: ReadonlyMap<string, Holder>
}

/** The checkpoints of one namespace of a thread, read from the entries that are given: loaded ones, or those a decision sees. */
export class Snapshots {
  readonly #entries: TreeSource
  readonly #thread: string
  /** What the keys of the namespace's checkpoints begin with. */
  readonly #prefix: string
  readonly #memo: Memo<Snapshot>

  constructor(entries: TreeSource, { thread, namespace }: Place, memo: Memo<Snapshot>) {
    this.#entries = entries
    this.#thread = thread
    this.#prefix = checkpointKey(namespace)
    this.#memo = memo
  }

  /** Undefined when it is not stored. */
  find(code: string): Snapshot | undefined {
    const bytes = this.#read(code)
    if (bytes === undefined) return undefined
    const known = this.#memo.get(this.#thread, bytes)
    if (known !== undefined) return known
    const record = decodeRecord(bytes)
    const snapshot = follow(record.depth === 0 ? undefined : this.#parent(record), code, record)
    this.#memo.set(this.#thread, bytes, snapshot)
    return snapshot
  }

  /** Remembers what the record just written comes to, in place of the one it continues: that one is seldom read again. */
  remember(code: string, snapshot: Snapshot): void {
    const { parent } = snapshot.record
    const before = parent === undefined ? undefined : this.#read(parent)
    const bytes = this.#read(code)
    if (bytes !== undefined) this.#memo.set(this.#thread, bytes, snapshot, before)
  }

  /** The value of a channel; undefined when it has none. */
  value(snapshot: Snapshot, channel: string): Serial | undefined {
    const holder = snapshot.holders.get(channel)
    if (holder !== undefined) holder.value ??= this.assemble(holder.code, channel)
    return holder?.value
  }

  /** What a checkpoint itself stores of a channel. */
  stored(code: string, channel: string): Value {
    const value = this.#record(code).values[channel]
    if (value === undefined) throw missing(`channel ${channel} of checkpoint ${code}`)
    return value
  }

  /** The value that a checkpoint itself holds of a channel. */
  assemble(holder: string, channel: string): Serial {
    const patches = []
    for (let code = holder; ; ) {
      const value = this.stored(code, channel)
      if (!isGrown(value)) return patches.reduceRight((text, patch) => applyTextPatch(text, patch), value as string)
      const [, of, ...patch] = value
      patches.push(patch)
      code = of
    }
  }

  #parent({ parent }: CheckpointRecord): Snapshot {
    const snapshot = parent === undefined ? undefined : this.find(parent)
    if (snapshot === undefined) throw missing(`checkpoint ${parent}`)
    return snapshot
  }

  #read(code: string): Uint8Array | undefined {
    return this.#entries.read(`${this.#prefix}${code}`)
  }

  #record(code: string): CheckpointRecord {
    const bytes = this.#read(code)
    if (bytes === undefined) throw missing(`checkpoint ${code}`)
    return this.#memo.get(this.#thread, bytes)?.record ?? decodeRecord(bytes)
  }
}

/** What a record comes to on top of the snapshot before it. @param values those it holds, as far as they are known */
export function follow(
  parent: Snapshot | undefined,
  code: string,
  record: CheckpointRecord,
  values?: ReadonlyMap<string, Serial>,
): Snapshot {
  const before = record.depth === 0 ? undefined : parent
  const holders = before === undefined ? heldOf(parent, record) : new Map(before.holders)
  for (const channel of record.empty ?? []) holders.delete(channel)
  for (const channel of Object.keys(record.values))
    holders.set(channel, nextHolder(code, record.values[channel], values?.get(channel), parent?.holders.get(channel)))
  return { record, versions: merged(before?.versions, record.versions), seen: merged(before?.seen, record.seen), holders }
}

/** Where the values are that a record which tells everything has not changed. */
function heldOf(parent: Snapshot | undefined, { held = {} }: CheckpointRecord): Map<string, Holder> {
  const holders = new Map<string, Holder>()
  for (const [channel, code] of Object.entries(held)) {
    const known = parent?.holders.get(channel)
    holders.set(channel, known?.code === code ? known : nextHolder(code, undefined))
  }
  return holders
}

function merged<Item>(
  before: ReadonlyMap<string, Item> | undefined,
  changes: Readonly<Record<string, Item | null>>,
): Map<string, Item> {
  const after = new Map(before)
  for (const name of Object.keys(changes)) {
    const item = changes[name] ?? null
    if (item === null) after.delete(name)
    else after.set(name, item)
  }
  return after
}

function decodeRecord(bytes: Uint8Array): CheckpointRecord {
  const node = decodeNode(bytes)
  if (node.type === 'leaf') return fromStored(node.value as StoredRecord)
  throw missing('a checkpoint')
}

function missing(what: string): HoldfastError<'corrupt'> {
  return new HoldfastError(
    'corrupt',
    `What a checkpoint is made of is not there: ${what}. Run \`holdfast doctor\` on the store`,
    {},
  )
}
