import { join } from 'node:path'
import { installSidePackage } from '../../scripts/side-package.ts'
import type { Family } from '../family.ts'
import { count } from '../family.ts'
import type { Measured } from '../figure.ts'
import { inFolder } from '../folder.ts'
import { interleave, perSecond, perSecondTogether } from '../interleave.ts'
import { say } from '../options.ts'
import { change, support } from '../payload.ts'
import { openPeer } from '../peer/sqlite-saver.ts'
import { median, medianRatio } from '../percentile.ts'
import { supportSessions, withStore } from './sessions.ts'

/** The same small changes of the same state, here and in LangGraph's SqliteSaver. */
export const puts: Family<'put64_vs_sqlitesaver' | 'put1_vs_sqlitesaver'> = {
  figures: ['put64_vs_sqlitesaver', 'put1_vs_sqlitesaver'],
  async measure({ quick }) {
    const trouble = installSidePackage('bench', say)
    const nothing: Measured = { value: null, note: trouble ?? '' }
    if (trouble !== undefined) return { put64_vs_sqlitesaver: nothing, put1_vs_sqlitesaver: nothing }
    const [rounds, ms] = quick ? [3, 300] : [7, 1000]
    return {
      put64_vs_sqlitesaver: await compare(64, 'full', rounds, ms),
      put1_vs_sqlitesaver: await compare(1, 'os', rounds, ms),
    }
  },
}

function compare(writers: number, durability: 'full' | 'os', rounds: number, ms: number): Promise<Measured> {
  return inFolder((folder) =>
    withStore(join(folder, 'ours.db'), durability, async (hf) => {
      const sessions = await supportSessions(hf, writers)
      const peer = await openPeer(join(folder, 'peer.db'), durability)
      const states = sessions.map(support)
      let n = 0
      const update = async (writer: number): Promise<void> => {
        const step = n++
        await sessions[writer]?.update((state) => change(state, step))
      }
      const put = async (writer: number): Promise<void> => {
        const state = states[writer]
        if (state === undefined) return
        change(state, n++)
        await peer.put(writer, state)
      }
      const run = (work: (writer: number) => Promise<void>) => () =>
        writers === 1 ? perSecond(ms, 500_000, () => work(0)) : perSecondTogether(writers, ms, 500_000, work)
      const { ours, theirs } = await interleave(rounds, { ours: run(update), theirs: run(put) })
      peer.close()
      const mode = durability === 'full' ? 'FULL' : 'NORMAL'
      const note = `session.update, ${writers} at once: ${count(median(ours))}/s; SqliteSaver.put: ${count(median(theirs))}/s; 3.5 KB, both ${mode}`
      return { value: medianRatio(ours, theirs), note }
    }),
  )
}
