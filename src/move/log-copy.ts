import { HoldfastError } from '../core/index.ts'
import type { Engine, LogRow } from '../store/index.ts'
import { groups, merged, spreadOf } from './merge.ts'
import { PAGE, type Passage } from './passage.ts'

/** The newest seq of each partition, all of one moment. */
export async function headsOf(engine: Engine): Promise<readonly number[]> {
  return (await engine.heads()).map(({ seq }) => seq)
}

/** The records of a partition behind one seq, up to another. */
export async function* records(engine: Engine, partition: number, after: number, to: number): AsyncGenerator<LogRow> {
  for (let from = after; from < to; ) {
    const page = await engine.log({ partition, after: from, limit: PAGE })
    for (const record of page) if (record.seq <= to) yield record
    from = page.length < PAGE ? to : (page.at(-1)?.seq ?? to)
  }
}

/** Copies the log up to a cut. What entities hold is not touched, but each named for the first time is made. */
export async function copyLog(passage: Passage, cut: readonly number[]): Promise<void> {
  if (passage.isSame) for (const partition of cut.keys()) await copyPartition(passage, partition, cut[partition] ?? 0)
  else await copyMerged(passage, cut)
  passage.journal = { ...passage.journal, cut }
  for (const piece of floorsOf(passage)) passage.add(piece, 1)
  await passage.flush()
}

function floorsOf({ isSame, journal, numbering }: Passage) {
  if (isSame) return journal.floors.map((seq, partition) => ({ put: 'floor', partition, seq }) as const)
  const isSwept = journal.floors.some((floor) => floor > 0)
  // What is left of the records below the source's floors stands behind seq 1, which is told to be missing.
  return numbering.seqs.map((seq, partition) => ({ put: 'floor', partition, seq: isSwept && seq > 0 ? 1 : 0 }) as const)
}

async function copyPartition(passage: Passage, partition: number, to: number): Promise<void> {
  const { source } = passage
  for (let after = passage.journal.cut[partition] ?? 0; after < to; ) {
    const page = (await source.engine.log({ partition, after, limit: PAGE })).filter(({ seq }) => seq <= to)
    for (const { num } of page) await targetOf(passage, num)
    if (page.length > 0) add(passage, partition, page)
    after = page.length < PAGE ? to : (page.at(-1)?.seq ?? to)
    passage.numbering.seqs[partition] = page.at(-1)?.seq ?? passage.numbering.seqs[partition] ?? 0
    passage.journal = { ...passage.journal, cut: passage.journal.cut.with(partition, after) }
    await passage.settle()
  }
}

async function copyMerged(passage: Passage, to: readonly number[]): Promise<void> {
  const { engine } = passage.source
  const { cut } = passage.journal
  const logs = () => to.map((end, partition) => records(engine, partition, cut[partition] ?? 0, end))
  const spread = to.length > 1 ? await spreadOf(logs()) : new Map()
  const queues = logs().map((log) => groups(log))
  for await (const commit of merged(queues, spread)) {
    const nums = new Map<number, number>()
    for (const { num } of commit) nums.set(num, await targetOf(passage, num))
    const placed = passage.numbering.commit(commit, (num) => nums.get(num) ?? 0)
    for (const [partition, rows] of placed) add(passage, partition, rows)
    let next = passage.journal.cut
    for (const { num, seq } of commit) next = next.with(num % to.length, seq)
    passage.journal = { ...passage.journal, cut: next }
    await passage.settle()
  }
}

async function targetOf(passage: Passage, num: number): Promise<number> {
  const known = await passage.num(num)
  if (known !== undefined) return known
  const row = await passage.source.engine.entityByNum(num)
  if (row !== undefined) return passage.make(row)
  throw new HoldfastError('corrupt', `The log names entity ${num}, which is not there; run \`holdfast doctor\` on the source`, {})
}

function add(passage: Passage, partition: number, rows: readonly LogRow[]): void {
  const bytes = rows.reduce((sum, { event }) => sum + (event?.length ?? 0), 0)
  passage.add({ put: 'records', partition, rows }, rows.length, bytes)
  passage.tally.records += rows.length
}
