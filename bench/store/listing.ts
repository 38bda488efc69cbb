import { join } from 'node:path'
import { installSidePackage } from '../../scripts/side-package.ts'
import type { Family } from '../family.ts'
import { count } from '../family.ts'
import { inFolder } from '../folder.ts'
import { interleave } from '../interleave.ts'
import { say } from '../options.ts'
import { change, support } from '../payload.ts'
import { openPeer } from '../peer/sqlite-saver.ts'
import { median, medianRatio } from '../percentile.ts'
import { inTurns, supportSessions, withStore } from './sessions.ts'

/** The newest item of a history listed without a limit: what is not asked for should not be paid for. */
export const listing: Family<'list_first_vs_sqlitesaver'> = {
  figures: ['list_first_vs_sqlitesaver'],
  async measure({ quick }) {
    const trouble = installSidePackage('bench', say)
    if (trouble !== undefined) return { list_first_vs_sqlitesaver: { value: null, note: trouble } }
    return inFolder((folder) =>
      withStore(join(folder, 'ours.db'), 'os', async (hf) => {
        const length = quick ? 1000 : 10_000
        const [session] = await supportSessions(hf, 1)
        await inTurns(length, 256, async (n) => session?.update((state) => change(state, n)))
        const peer = await openPeer(join(folder, 'peer.db'), 'os')
        const state = support()
        for (let n = 0; n < length; n++) {
          change(state, n)
          await peer.put(0, state)
        }
        const { ours, theirs } = await interleave(quick ? 3 : 9, {
          ours: () => cpuOf(100, () => first(session?.history())),
          theirs: () => cpuOf(1, () => first(peer.saver.list({ configurable: { thread_id: 'thread-0', checkpoint_ns: '' } }))),
        })
        peer.close()
        const note = `CPU of the first of ${count(length)}: session.history() ${median(ours).toFixed(3)} ms, SqliteSaver.list() ${median(theirs).toFixed(1)} ms`
        return { list_first_vs_sqlitesaver: { value: medianRatio(ours, theirs), note } }
      }),
    )
  },
}

async function first(items: AsyncGenerator<unknown> | undefined): Promise<void> {
  for await (const _ of items ?? []) return
}

/** Milliseconds of processor time of one of `times` calls. */
async function cpuOf(times: number, work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  for (let i = 0; i < times; i++) await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / times
}
