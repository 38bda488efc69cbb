import { join } from 'node:path'
import { count, type Family } from '../../bench/family.ts'
import type { Measured } from '../../bench/figure.ts'
import { inFolder } from '../../bench/folder.ts'
import { interleave, perSecond, perSecondTogether } from '../../bench/interleave.ts'
import { say } from '../../bench/options.ts'
import { change, support } from '../../bench/payload.ts'
import { openPeer, type Saver, type Threads, threadsOf } from '../../bench/peer/sqlite-saver.ts'
import { median, medianRatio } from '../../bench/percentile.ts'
import { withStore } from '../../bench/store/sessions.ts'
import { installSidePackage } from '../../scripts/side-package.ts'
import { HoldfastSaver } from '../../src/adapters/langgraph/index.ts'

type Name = 'langgraph_put' | 'langgraph_get' | 'langgraph_list'

interface Side {
  readonly saver: Saver
  readonly threads: Threads
}

/** The same calls on both savers in turn, both waiting for the disk (synchronous=FULL); the state is 3.5 KB. */
export const rates: Family<Name> = {
  figures: ['langgraph_put', 'langgraph_get', 'langgraph_list'],
  measure({ quick }) {
    const trouble = installSidePackage('bench', say)
    const nothing: Measured = { value: null, note: trouble ?? '' }
    if (trouble !== undefined) return Promise.resolve({ langgraph_put: nothing, langgraph_get: nothing, langgraph_list: nothing })
    return inFolder((folder) =>
      withStore(join(folder, 'ours.db'), 'full', async (hf) => {
        const saver = new HoldfastSaver(hf)
        const peer = await openPeer(join(folder, 'peer.db'), 'full')
        const ours = { saver, threads: threadsOf(saver) }
        const theirs = { saver: peer.saver, threads: peer }
        const size = quick ? { rounds: 3, ms: 200, history: 200 } : { rounds: 7, ms: 1000, history: 2000 }
        const found = {
          langgraph_put: await compare('put, 64 threads at once', ours, theirs, size.rounds, (side) => puts(side, size.ms)),
          ...(await reads(ours, theirs, size)),
        }
        peer.close()
        return found
      }),
    )
  },
}

async function reads(ours: Side, theirs: Side, { rounds, ms, history }: { rounds: number; ms: number; history: number }) {
  const thread = WRITERS
  for (const { threads } of [ours, theirs]) await fill(threads, thread, history)
  const latest = { configurable: { thread_id: `thread-${thread}`, checkpoint_ns: '' } }
  const first = async (saver: Saver): Promise<void> => {
    for await (const _ of saver.list(latest)) return
  }
  const length = `of ${count(history)} checkpoints`
  return {
    langgraph_get: await compare(`getTuple of the latest ${length}`, ours, theirs, rounds, ({ saver }) =>
      perSecond(ms, 1_000_000, () => saver.getTuple(latest)),
    ),
    langgraph_list: await compare(`the first of a list ${length}`, ours, theirs, rounds, ({ saver }) =>
      perSecond(ms, 1_000_000, () => first(saver)),
    ),
  }
}

const WRITERS = 64

function puts({ threads }: Side, ms: number): Promise<number> {
  const states = Array.from({ length: WRITERS }, support)
  let n = 0
  return perSecondTogether(WRITERS, ms, 500_000, async (writer) => {
    const state = states[writer]
    if (state === undefined) return
    await threads.put(writer, state, change(state, n++))
  })
}

async function fill(threads: Threads, thread: number, history: number): Promise<void> {
  const state = support()
  for (let n = 0; n < history; n++) {
    await threads.put(thread, state, change(state, n))
  }
}

async function compare(
  what: string,
  ours: Side,
  theirs: Side,
  rounds: number,
  measure: (side: Side) => Promise<number>,
): Promise<Measured> {
  const found = await interleave(rounds, { ours: () => measure(ours), theirs: () => measure(theirs) })
  const note = `${what}: HoldfastSaver ${count(median(found.ours))}/s, SqliteSaver ${count(median(found.theirs))}/s`
  return { value: medianRatio(found.ours, found.theirs), note }
}
