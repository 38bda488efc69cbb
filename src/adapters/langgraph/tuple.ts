import {
  type BaseCheckpointSaver,
  type Checkpoint,
  type CheckpointMetadata,
  type CheckpointTuple,
  maxChannelVersion,
  TASKS,
} from '@langchain/langgraph-checkpoint'
import { type Address, configOf } from './address.ts'
import type { Found } from './found.ts'
import { load, type Serial } from './serial.ts'

/** A checkpoint as LangGraph is given it: every value a fresh one. */
export async function toTuple(saver: BaseCheckpointSaver, place: Address, found: Found): Promise<CheckpointTuple> {
  const { serde } = saver
  const [checkpoint, metadata, pendingWrites] = await Promise.all([
    toCheckpoint(saver, found),
    load(serde, found.metadata),
    Promise.all(
      found.writes.map(
        async ({ task, channel, value }) => [task, channel, await load(serde, value)] as [string, string, unknown],
      ),
    ),
  ])
  return {
    config: configOf({ ...place, id: found.id }),
    checkpoint,
    metadata: metadata as CheckpointMetadata,
    pendingWrites,
    ...(found.parent !== undefined && { parentConfig: configOf({ ...place, id: found.parent }) }),
  }
}

async function toCheckpoint(saver: BaseCheckpointSaver, { id, rest, versions, seen, values, sends }: Found): Promise<Checkpoint> {
  const all = (serials: Iterable<Serial>) => Promise.all([...serials].map((serial) => load(saver.serde, serial)))
  const loaded = await all(values.values())
  const checkpoint = {
    ...rest,
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
