import { statSync } from 'node:fs'
import { join } from 'node:path'
import { count, type Family } from '../../bench/family.ts'
import { inFolder } from '../../bench/folder.ts'
import { say } from '../../bench/options.ts'
import { openPeer } from '../../bench/peer/sqlite-saver.ts'
import { withStore } from '../../bench/store/sessions.ts'
import { installSidePackage } from '../../scripts/side-package.ts'
import { HoldfastSaver } from '../../src/adapters/langgraph/index.ts'
import { agent, inThread, message } from './graph.ts'

/** What a thread of 200 turns takes on disk, once closed, and what it holds: 185 KB of messages. */
export const bytes: Family<'langgraph_bytes_200_turns'> = {
  figures: ['langgraph_bytes_200_turns'],
  measure({ quick }) {
    return inFolder(async (folder) => {
      const turns = quick ? 20 : 200
      const [ours, theirs] = [join(folder, 'ours.db'), join(folder, 'peer.db')]
      const held = await withStore(ours, 'full', (hf) => converse(agent(new HoldfastSaver(hf)), turns))
      const note = `bytes of ${turns} turns, ${count(held)} of them messages as JSON`
      const trouble = installSidePackage('bench', say)
      if (trouble !== undefined) return figure(ours, `${note}; SqliteSaver not measured: ${trouble}`)
      const peer = await openPeer(theirs, 'os')
      await converse(agent(peer.saver), turns)
      peer.close()
      return figure(ours, `${note}; SqliteSaver: ${count(statSync(theirs).size)}`)
    })
  },
}

function figure(file: string, note: string) {
  return { langgraph_bytes_200_turns: { value: statSync(file).size, note } }
}

/** Returns the bytes of the messages as JSON. */
async function converse(graph: ReturnType<typeof agent>, turns: number): Promise<number> {
  for (let turn = 0; turn < turns; turn++) await graph.invoke({ messages: [message('user', 1000 + turn)] }, inThread('thread'))
  const { values } = await graph.getState(inThread('thread'))
  return Buffer.byteLength(JSON.stringify(values.messages))
}
