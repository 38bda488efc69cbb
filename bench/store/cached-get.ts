import { join } from 'node:path'
import { count, type Family } from '../family.ts'
import { inFolder } from '../folder.ts'
import { interleave } from '../interleave.ts'
import { entry } from '../payload.ts'
import { median, medianRatio } from '../percentile.ts'
import { Entry, withStore } from './sessions.ts'

/** Reading a state that is in memory, against the least that keeps the caller's copy apart from the cache's. */
export const cachedGet: Family<'cached_get_vs_map'> = {
  figures: ['cached_get_vs_map'],
  measure: ({ quick }) =>
    inFolder((folder) =>
      withStore(join(folder, 'ours.db'), 'os', async (hf) => {
        const reads = quick ? 20_000 : 200_000
        const session = hf.session(Entry, 'one')
        await session.set('entry', entry(1))
        const map = new Map([['one', { entry: entry(1) }]])
        const { ours, bare } = await interleave(quick ? 3 : 9, {
          ours: async () => {
            const started = performance.now()
            for (let i = 0; i < reads; i++) await session.get()
            return rate(reads, started)
          },
          bare: async () => {
            const started = performance.now()
            for (let i = 0; i < reads; i++) structuredClone(map.get('one'))
            return rate(reads, started)
          },
        })
        const note = `await session.get(): ${count(median(ours))}/s; structuredClone(map.get()): ${count(median(bare))}/s; a state of one 600 B entry`
        return { cached_get_vs_map: { value: medianRatio(ours, bare), note } }
      }),
    ),
}

function rate(times: number, started: number): number {
  return (times * 1000) / (performance.now() - started)
}
