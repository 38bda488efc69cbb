import { statSync } from 'node:fs'
import { join } from 'node:path'
import { installSidePackage } from '../../scripts/side-package.ts'
import { count, type Family } from '../family.ts'
import { inFolder } from '../folder.ts'
import { say } from '../options.ts'
import { change, support } from '../payload.ts'
import { openPeer } from '../peer/sqlite-saver.ts'
import { inTurns, supportSessions, withStore } from './sessions.ts'

const SESSIONS = 64
const PEER_CHECKPOINTS = 5000

/** What a revision with one small change of a state of 3.5 KB takes on disk. */
export const revisions: Family<'bytes_per_revision'> = {
  figures: ['bytes_per_revision'],
  measure: ({ quick }) =>
    inFolder(async (folder) => {
      const revisionCount = quick ? 5000 : 50_000
      const file = join(folder, 'ours.db')
      await withStore(file, 'os', async (hf) => {
        const sessions = await supportSessions(hf, SESSIONS)
        await inTurns(revisionCount, SESSIONS, async (n) => sessions[n % SESSIONS]?.update((state) => change(state, n)))
      })
      const bytes = statSync(file).size
      const theirs = await peerBytes(join(folder, 'peer.db'))
      const peer = typeof theirs === 'number' ? `SqliteSaver: ${count(theirs)} B a checkpoint` : theirs
      const note = `${count(revisionCount)} revisions of 64 sessions of 3.5 KB, a file of ${count(bytes)} B after closing; ${peer}`
      return { bytes_per_revision: { value: bytes / revisionCount, note } }
    }),
}

async function peerBytes(file: string): Promise<number | string> {
  const trouble = installSidePackage('bench', say)
  if (trouble !== undefined) return trouble
  const peer = await openPeer(file, 'os')
  const states = Array.from({ length: SESSIONS }, support)
  for (let n = 0; n < PEER_CHECKPOINTS; n++) {
    const state = states[n % SESSIONS] ?? support()
    change(state, n)
    await peer.put(n % SESSIONS, state)
  }
  peer.close()
  return statSync(file).size / PEER_CHECKPOINTS
}
