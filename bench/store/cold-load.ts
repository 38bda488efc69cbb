import { join } from 'node:path'
import { open } from '../../src/index.ts'
import { count, type Family } from '../family.ts'
import { inFolder } from '../folder.ts'
import { interleave } from '../interleave.ts'
import { entry } from '../payload.ts'
import { median } from '../percentile.ts'
import { Entry, inTurns, withStore } from './sessions.ts'

const FEW = 100
const AT_ONCE = 256

/** The latest state, read first thing after opening, behind a long history and behind a short one. */
export const coldLoad: Family<'cold_load_1m_vs_100'> = {
  figures: ['cold_load_1m_vs_100'],
  measure: ({ quick }) =>
    inFolder(async (folder) => {
      const most = quick ? 10_000 : 1_000_000
      const [long, short] = [join(folder, 'long.db'), join(folder, 'short.db')]
      await revise(long, most)
      await revise(short, FEW)
      const times = await interleave(quick ? 11 : 51, { long: () => firstRead(long), short: () => firstRead(short) })
      const [after, before] = [median(times.long), median(times.short)]
      const note = `session.get after open: ${after.toFixed(3)} ms at ${count(most)} revisions, ${before.toFixed(3)} ms at ${FEW}; opening is not counted`
      return { cold_load_1m_vs_100: { value: after / before, note } }
    }),
}

function revise(file: string, revisions: number): Promise<void> {
  return withStore(file, 'os', (hf) => inTurns(revisions, AT_ONCE, (n) => hf.session(Entry, 'one').set('entry', entry(n))))
}

async function firstRead(file: string): Promise<number> {
  const hf = await open(`file:${file}`)
  const started = performance.now()
  const { entry: found } = await hf.session(Entry, 'one').get()
  const ms = performance.now() - started
  await hf.close()
  if (found.text.length === 0) throw new Error('Expected the entry that was written')
  return ms
}
