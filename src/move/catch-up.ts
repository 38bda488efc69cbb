import { copyEntity } from './entity-copy.ts'
import { copyLog, headsOf, records } from './log-copy.ts'
import { PAGE, type Passage } from './passage.ts'

/** Says how far it has come, and stops it where it is to be stopped. */
export type Watch = (text: string) => void

/** Copies what there is, once: log, then what every entity holds. Goes on where it stopped. */
export async function copyBulk(passage: Passage, watch: Watch): Promise<void> {
  if (passage.journal.done === null) {
    const cut = await headsOf(passage.source.engine)
    watch('copying the log')
    await copyLog(passage, cut)
    passage.journal = { ...passage.journal, done: cut, bulk: 0 }
    await passage.flush()
  }
  const { done } = passage.journal
  for (let after = passage.journal.bulk; after !== null && done !== null; after = passage.journal.bulk) {
    const rows = await passage.source.transfer.entities(after, PAGE)
    for (const row of rows) {
      watch(`copying entities: ${row.kind} ${row.id}`)
      await copyEntity(passage, row, 0, done[row.num % done.length] ?? 0)
      passage.journal = { ...passage.journal, bulk: row.num }
      await passage.settle()
    }
    if (rows.length < PAGE) passage.journal = { ...passage.journal, bulk: null }
  }
  await passage.flush()
}

/** Copies what has happened since the last round; returns the entities it happened to, and how many records that were. */
export async function catchUp(passage: Passage, watch: Watch): Promise<{ readonly nums: Set<number>; readonly records: number }> {
  const { engine } = passage.source
  const since = passage.journal.done ?? []
  const cut = await headsOf(engine)
  await copyLog(passage, cut)
  const { nums, count } = await changedIn(passage, since, cut)
  for (const num of nums) {
    const row = await engine.entityByNum(num)
    if (row === undefined) continue
    watch(`catching up: ${row.kind} ${row.id}`)
    const partition = num % cut.length
    await copyEntity(passage, row, since[partition] ?? 0, cut[partition] ?? 0)
    await passage.settle()
  }
  passage.journal = { ...passage.journal, done: cut }
  await passage.flush()
  return { nums, records: count }
}

async function changedIn({ source }: Passage, since: readonly number[], cut: readonly number[]) {
  const nums = new Set<number>()
  let count = 0
  for (const [partition, end] of cut.entries()) {
    for await (const { num } of records(source.engine, partition, since[partition] ?? 0, end)) {
      nums.add(num)
      count++
    }
  }
  return { nums, count }
}
