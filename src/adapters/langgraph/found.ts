import type { TreeSource } from '../../store/index.ts'
import { checkpointCode } from './checkpoint-code.ts'
import type { Memo } from './memo.ts'
import type { Version } from './record.ts'
import type { Serial } from './serial.ts'
import { type Place, type Snapshot, Snapshots } from './snapshot.ts'

/** Everything stored of a checkpoint, its values as the serializer wrote them. */
export interface Found {
  readonly id: string
  readonly code: string
  /** The code of the checkpoint it continues. */
  readonly parent: string | undefined
  readonly metadata: Serial
  readonly rest: Readonly<Record<string, unknown>>
  readonly versions: ReadonlyMap<string, Version>
  readonly seen: ReadonlyMap<string, Readonly<Record<string, Version>>>
  readonly values: ReadonlyMap<string, Serial>
}

/** Undefined when there is no such checkpoint. */
export function findCheckpoint(entries: TreeSource, place: Place, id: string, memo: Memo<Snapshot>): Found | undefined {
  const snapshots = new Snapshots(entries, place, memo)
  const code = checkpointCode(id)
  const snapshot = snapshots.find(code)
  if (snapshot === undefined) return undefined
  const { record, versions, seen, holders } = snapshot
  const { parent, metadata, rest } = record
  const values = new Map<string, Serial>()
  for (const channel of holders.keys()) {
    const value = snapshots.value(snapshot, channel)
    if (value !== undefined) values.set(channel, value)
  }
  return { id, code, parent, metadata, rest, versions, seen, values }
}
