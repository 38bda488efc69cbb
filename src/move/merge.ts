import { HoldfastError } from '../core/index.ts'
import type { LogRow } from '../store/index.ts'

/** The records that a commit has in one partition: neighbours in its log. Never empty. */
export type Group = readonly LogRow[]

/** The commits that have records in several partitions, and in which. */
export type Spread = ReadonlyMap<string, ReadonlySet<number>>

/** Cuts a log into its commits. Where sweeping took records of a commit, the rest of it is the group. */
export async function* groups(records: AsyncIterable<LogRow>): AsyncGenerator<Group> {
  let group: LogRow[] = []
  for await (const record of records) {
    if (group.length > 0 && group[0]?.commit !== record.commit) {
      yield group
      group = []
    }
    group.push(record)
  }
  if (group.length > 0) yield group
}

/** Finds out which commits have records in several of the logs. */
export async function spreadOf(logs: readonly AsyncIterable<LogRow>[]): Promise<Spread> {
  const first = new Map<string, number>()
  const spread = new Map<string, Set<number>>()
  for (const [partition, log] of logs.entries()) {
    for await (const { commit } of log) {
      const known = first.get(commit) ?? partition
      first.set(commit, known)
      if (known !== partition) spread.set(commit, (spread.get(commit) ?? new Set([known])).add(partition))
    }
  }
  return spread
}

/**
 * Brings several logs into one order: each keeps its own, and what a commit has in several of them comes out together. Of the
 * commits that may come next the earliest does.
 * @throws corrupt when the logs do not agree on an order
 */
export async function* merged(logs: readonly AsyncIterator<Group>[], spread: Spread): AsyncGenerator<readonly LogRow[]> {
  const heads = new Map<number, Group>()
  const advance = async (partition: number): Promise<void> => {
    const next = await logs[partition]?.next()
    if (next === undefined || next.done === true) heads.delete(partition)
    else heads.set(partition, next.value)
  }
  for (const partition of logs.keys()) await advance(partition)
  while (heads.size > 0) {
    const partitions = earliest(heads, spread)
    if (partitions === undefined) throw disagreeing()
    yield partitions.flatMap((partition) => heads.get(partition) ?? [])
    for (const partition of partitions) await advance(partition)
  }
}

/** Where the earliest commit that may come next has its records. */
function earliest(heads: ReadonlyMap<number, Group>, spread: Spread): readonly number[] | undefined {
  let found: readonly number[] | undefined
  let least = Number.POSITIVE_INFINITY
  for (const [partition, [record]] of heads) {
    if (record === undefined || (found !== undefined && record.at >= least)) continue
    const partitions = [...(spread.get(record.commit) ?? [partition])].sort((a, b) => a - b)
    if (!partitions.every((each) => heads.get(each)?.[0]?.commit === record.commit)) continue
    found = partitions
    least = record.at
  }
  return found
}

function disagreeing(): HoldfastError<'corrupt'> {
  const message = 'The logs of the partitions do not agree on the order of their commits; run `holdfast doctor` on the source'
  return new HoldfastError('corrupt', message, {})
}
