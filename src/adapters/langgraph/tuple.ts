import {
  type BaseCheckpointSaver,
  type Checkpoint,
  type CheckpointMetadata,
  type CheckpointPendingWrite,
  type CheckpointTuple,
  maxChannelVersion,
  type SerializerProtocol,
  TASKS,
} from '@langchain/langgraph-checkpoint'
import { copyRich } from '../../core/index.ts'
import { type Address, configOf } from './address.ts'
import { checkpointId } from './checkpoint-code.ts'
import type { Found } from './found.ts'
import { load, type Serial } from './serial.ts'
import type { PendingWrite } from './writes.ts'

/** What was written on top of a checkpoint. */
export interface Written {
  readonly writes: readonly PendingWrite[]
  /** What was sent to nodes at the parent, for a checkpoint of a format before 4, which does not hold it itself. */
  readonly sends: readonly Serial[] | undefined
}

/** A checkpoint as LangGraph is given it: every value a fresh one. */
export async function toTuple(
  saver: BaseCheckpointSaver,
  place: Address,
  found: Found,
  written: Written,
): Promise<CheckpointTuple> {
  const { serde } = saver
  const [checkpoint, metadata, pendingWrites] = await Promise.all([
    toCheckpoint(saver, found, written.sends),
    load(serde, found.metadata),
    Promise.all(written.writes.map((write) => toWrite(serde, write))),
  ])
  return {
    config: configOf({ ...place, id: found.id }),
    checkpoint,
    metadata: metadata as CheckpointMetadata,
    pendingWrites,
    ...(found.parent !== undefined && { parentConfig: configOf({ ...place, id: checkpointId(found.parent) }) }),
  }
}

/** A write as LangGraph is given it. */
export async function toWrite(
  serde: SerializerProtocol,
  { task, channel, value }: PendingWrite,
): Promise<CheckpointPendingWrite> {
  return [task, channel, await load(serde, value)]
}

async function toCheckpoint(
  saver: BaseCheckpointSaver,
  { id, rest, versions, seen, values }: Found,
  sends: readonly Serial[] | undefined,
): Promise<Checkpoint> {
  const all = (serials: Iterable<Serial>) => Promise.all([...serials].map((serial) => load(saver.serde, serial)))
  const loaded = await all(values.values())
  const checkpoint = {
    ...copyRich(rest),
    id,
    channel_values: Object.fromEntries([...values.keys()].map((channel, i) => [channel, loaded[i]])),
    channel_versions: Object.fromEntries(versions),
    versions_seen: Object.fromEntries([...seen].map(([node, channels]) => [node, { ...channels }])),
  } as Checkpoint
  if (sends !== undefined) {
    const newest = [...versions.values()]
    checkpoint.channel_values[TASKS] = await all(sends)
    checkpoint.channel_versions[TASKS] = newest.length > 0 ? maxChannelVersion(...newest) : saver.getNextVersion(undefined)
  }
  return checkpoint
}
