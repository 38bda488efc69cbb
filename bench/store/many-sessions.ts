import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { defineSession, type Holdfast, open, type SessionDefinition } from '../../src/index.ts'
import { runChild } from '../child.ts'
import { count, type Family } from '../family.ts'
import type { Measured } from '../figure.ts'
import { inFolder } from '../folder.ts'
import { interleave } from '../interleave.ts'
import { say } from '../options.ts'
import { entry } from '../payload.ts'
import { median, medianRatio } from '../percentile.ts'
import type { Memory } from './memory/main.ts'
import { inTurns, withStore } from './sessions.ts'

interface Order {
  order: string
  entry: ReturnType<typeof entry>
}

/** Found by the number of its order. */
const Orders: SessionDefinition<Order> = defineSession('order', { terms: { order: 'order' } })
const FEW = 1000
const FINDS = 500

/** A million sessions in one file: finding one by a term, and the memory that random reads take. */
export const manySessions: Family<'find_1m_vs_1k' | 'rss_mib' | 'rss_growth_mib'> = {
  figures: ['find_1m_vs_1k', 'rss_mib', 'rss_growth_mib'],
  measure: ({ quick }) =>
    inFolder(async (folder) => {
      const most = quick ? 10_000 : 1_000_000
      const [many, few] = [join(folder, 'many.db'), join(folder, 'few.db')]
      const started = performance.now()
      await fill(many, most)
      await fill(few, FEW)
      say(`${count(most)} sessions made in ${count((performance.now() - started) / 1000)} s`)
      const found = await compareFinds(many, most, few, quick)
      const reads = quick ? 10_000 : 100_000
      const memory = await runChild<Memory>(new URL('./memory/main.ts', import.meta.url), [many, String(most), String(reads)])
      const note = `a process that reads ${count(reads)} of ${count(most)} sessions at random: peak of its first half ${memory.firstHalf.toFixed(0)} MiB`
      return {
        find_1m_vs_1k: found,
        rss_mib: { value: memory.peak, note },
        rss_growth_mib: {
          value: memory.secondHalf - memory.firstHalf,
          note: `${note}, of its second ${memory.secondHalf.toFixed(0)} MiB`,
        },
      }
    }),
}

function fill(file: string, sessions: number): Promise<void> {
  return withStore(file, 'os', (hf) =>
    inTurns(sessions, 256, (n) =>
      hf.session(Orders, `session-${n}`).update((state) => {
        state.order = `order-${n}`
        state.entry = entry(n)
      }),
    ),
  )
}

async function compareFinds(many: string, most: number, few: string, quick: boolean): Promise<Measured> {
  for (const file of [many, few]) await readThrough(file)
  const [large, small] = [await open(`file:${many}`), await open(`file:${few}`)]
  const times = await interleave(quick ? 5 : 15, { large: () => findSome(large, most), small: () => findSome(small, FEW) })
  await large.close()
  await small.close()
  const note = `sessions.list by a term of a random session: ${median(times.large).toFixed(3)} ms among ${count(most)}, ${median(times.small).toFixed(3)} ms among ${FEW}; both files in the system's cache`
  return { value: medianRatio(times.large, times.small), note }
}

/** Has the system cache the file: what is compared is the index, not the disk. */
async function readThrough(file: string): Promise<void> {
  for await (const _ of createReadStream(file, { highWaterMark: 1024 * 1024 }));
}

/** Milliseconds of one find. */
async function findSome(hf: Holdfast, sessions: number): Promise<number> {
  const started = performance.now()
  for (let i = 0; i < FINDS; i++) {
    const n = Math.floor(Math.random() * sessions)
    const page = await hf.sessions.list({ term: { name: 'order', value: `order-${n}` } })
    if (page.sessions[0]?.id !== `session-${n}`) throw new Error(`Expected session-${n}, got ${JSON.stringify(page)}`)
  }
  return (performance.now() - started) / FINDS
}
