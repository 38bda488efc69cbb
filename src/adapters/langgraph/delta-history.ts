import type { DeltaChannelHistory, SerializerProtocol } from '@langchain/langgraph-checkpoint'
import type { TreeSource } from '../../store/index.ts'
import type { Address } from './address.ts'
import { checkpointCode } from './checkpoint-code.ts'
import type { Memo } from './memo.ts'
import { load, type Serial } from './serial.ts'
import { type Snapshot, Snapshots } from './snapshot.ts'
import { latestOf, type Threads } from './threads.ts'
import { toWrite } from './tuple.ts'
import type { PendingWrite } from './writes.ts'

/** One checkpoint on the way back. */
interface Stop {
  readonly parent: string | undefined
  /** Of the channels asked for, those that have a value here. */
  readonly seeds: ReadonlyMap<string, Serial>
}

/**
 * For each channel what was written to it on the way to a checkpoint, oldest first, from the nearest ancestor that has a value of it:
 * that value is the seed. What was written on top of the checkpoint itself is not on that way.
 */
export async function deltaHistory(
  threads: Threads,
  serde: SerializerProtocol,
  place: Address,
  channels: readonly string[],
  memo: Memo<Snapshot>,
): Promise<Record<string, DeltaChannelHistory>> {
  const { thread, namespace } = place
  const wanted = new Set(channels)
  const seeds = new Map<string, Serial>()
  const blocks: PendingWrite[][] = []
  const look = (code: string) =>
    threads.read(thread, (entries, num) => {
      const found = lookAt(new Snapshots(entries, place, memo), code, wanted)
      return found && { num, ...found }
    })
  let next = await threads.read(thread, (entries) => parentOf(entries, place, memo))
  while (next !== undefined && wanted.size > 0) {
    const stop: (Stop & { readonly num: number }) | undefined = await look(next)
    if (stop === undefined) break
    const writes = await threads.writes(stop.num, namespace, next)
    blocks.push(writes.filter(({ channel }) => wanted.has(channel)))
    for (const [channel, seed] of stop.seeds) if (wanted.delete(channel)) seeds.set(channel, seed)
    next = stop.parent
  }
  const writes = blocks.reverse().flat()
  const histories = channels.map(
    async (channel) => [channel, await historyOf(serde, channel, writes, seeds.get(channel))] as const,
  )
  return Object.fromEntries(await Promise.all(histories))
}

/** The code of the checkpoint that one, or the latest, continues. */
function parentOf(entries: TreeSource, place: Address, memo: Memo<Snapshot>): string | undefined {
  const start = place.id ?? latestOf(entries, place.namespace)
  return start === undefined ? undefined : new Snapshots(entries, place, memo).find(checkpointCode(start))?.record.parent
}

function lookAt(snapshots: Snapshots, code: string, wanted: ReadonlySet<string>): Stop | undefined {
  const snapshot = snapshots.find(code)
  if (snapshot === undefined) return undefined
  const seeds = new Map<string, Serial>()
  for (const channel of wanted) {
    const value = snapshots.value(snapshot, channel)
    if (value !== undefined) seeds.set(channel, value)
  }
  return { parent: snapshot.record.parent, seeds }
}

async function historyOf(
  serde: SerializerProtocol,
  wanted: string,
  writes: readonly PendingWrite[],
  seed: Serial | undefined,
): Promise<DeltaChannelHistory> {
  const own = writes.filter(({ channel }) => channel === wanted)
  const loaded = await Promise.all(own.map((write) => toWrite(serde, write)))
  return { writes: loaded, ...(seed !== undefined && { seed: await load(serde, seed) }) }
}
