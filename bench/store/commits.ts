import { join } from 'node:path'
import { count, type Family } from '../family.ts'
import { inFolder } from '../folder.ts'
import { interleave, perSecond } from '../interleave.ts'
import { entry } from '../payload.ts'
import { median, medianRatio } from '../percentile.ts'
import { openOneRow } from '../raw/one-row.ts'
import { Entry, withStore } from './sessions.ts'

/** One writer that waits for each acknowledgement. */
export const commits: Family<'single_commit_ratio'> = {
  figures: ['single_commit_ratio'],
  measure: ({ quick }) =>
    inFolder((folder) =>
      withStore(join(folder, 'ours.db'), 'full', async (hf) => {
        const [rounds, ms] = quick ? [3, 300] : [9, 1000]
        const raw = openOneRow(join(folder, 'raw.db'), 'full')
        const session = hf.session(Entry, 'one')
        let n = 0
        const { ours, bare } = await interleave(rounds, {
          ours: () => perSecond(ms, 100_000, () => session.set('entry', entry(n++))),
          bare: () => perSecond(ms, 100_000, () => raw.put(JSON.stringify(entry(n++)))),
        })
        raw.close()
        const note = `session.set, one after the other: ${count(median(ours))}/s; node:sqlite upsert of one row: ${count(median(bare))}/s; 600 B, FULL`
        return { single_commit_ratio: { value: medianRatio(ours, bare), note } }
      }),
    ),
}
