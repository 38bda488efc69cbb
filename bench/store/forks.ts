import { join } from 'node:path'
import { count, type Family } from '../family.ts'
import { inFolder } from '../folder.ts'
import { median, percentile } from '../percentile.ts'
import { withStore } from './sessions.ts'

/** Forking a session of very many entries. */
export const forks: Family<'fork_100k_ms'> = {
  figures: ['fork_100k_ms'],
  measure: ({ quick }) =>
    inFolder((folder) =>
      withStore(join(folder, 'ours.db'), 'full', async (hf) => {
        const entries = quick ? 10_000 : 100_000
        const session = hf.session('large')
        for (const part of ['first', 'second']) await session.set(part, someEntries(entries / 2))
        const times: number[] = []
        for (let i = 0; i < (quick ? 11 : 51); i++) {
          const started = performance.now()
          await session.fork(`fork-${i}`)
          times.push(performance.now() - started)
        }
        const note = `median of ${times.length} forks of a session of ${count(entries)} entries, FULL; p99 ${percentile(times, 0.99).toFixed(2)} ms`
        return { fork_100k_ms: { value: median(times), note } }
      }),
    ),
}

function someEntries(entries: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: entries }, (_, i) => [`k${i}`, `value ${i}`]))
}
