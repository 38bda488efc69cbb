import { join } from 'node:path'
import type { Family } from '../../bench/family.ts'
import { inFolder } from '../../bench/folder.ts'
import { say } from '../../bench/options.ts'
import { openPeer } from '../../bench/peer/sqlite-saver.ts'
import { withStore } from '../../bench/store/sessions.ts'
import { installSidePackage } from '../../scripts/side-package.ts'
import { HoldfastSaver } from '../../src/adapters/langgraph/index.ts'
import { HoldfastError } from '../../src/index.ts'
import { agent, inThread, message } from './graph.ts'

const TOGETHER = 10

/** One turn that counts, then ten at once on the same thread: each is counted, or told by a conflict that it was not. */
export const increments: Family<'langgraph_increments'> = {
  figures: ['langgraph_increments'],
  measure() {
    return inFolder(async (folder) => {
      const ours = await withStore(join(folder, 'ours.db'), 'full', (hf) => race(agent(new HoldfastSaver(hf))))
      const note = `${ours.counted} counted, ${ours.conflicts} refused as conflict`
      return { langgraph_increments: { value: ours.counted + ours.conflicts, note: `${note}; ${await theirs(folder)}` } }
    })
  },
}

async function theirs(folder: string): Promise<string> {
  const trouble = installSidePackage('bench', say)
  if (trouble !== undefined) return `SqliteSaver not measured: ${trouble}`
  const peer = await openPeer(join(folder, 'peer.db'), 'os')
  const { counted, conflicts } = await race(agent(peer.saver))
  peer.close()
  return `SqliteSaver: ${counted} counted, ${conflicts} refused`
}

async function race(graph: ReturnType<typeof agent>) {
  const turn = (n: number) => graph.invoke({ messages: [message('user', n)] }, inThread('thread'))
  await turn(0)
  const turns = await Promise.allSettled(Array.from({ length: TOGETHER }, (_, i) => turn(i + 1)))
  const conflicts = turns.filter((end) => end.status === 'rejected' && HoldfastError.is(end.reason, 'conflict')).length
  const { values } = await graph.getState(inThread('thread'))
  return { counted: values.n, conflicts }
}
