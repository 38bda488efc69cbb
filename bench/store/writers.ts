import { join } from 'node:path'
import type { Session } from '../../src/index.ts'
import { encodeLeaf } from '../../src/store/index.ts'
import { count, type Family } from '../family.ts'
import { inFolder } from '../folder.ts'
import { interleave, perSecond, perSecondTogether } from '../interleave.ts'
import { entry } from '../payload.ts'
import { median, medianRatio } from '../percentile.ts'
import { openBareLoop } from '../raw/bare-loop.ts'
import { startCheckpoints } from '../raw/checkpoints.ts'
import { Entry, type OneEntry, withStore } from './sessions.ts'

const WRITERS = 64

/** 64 writers, each waiting for its own acknowledgement. */
export const writers: Family<'writers64_vs_raw' | 'hot_entity_vs_writers64'> = {
  figures: ['writers64_vs_raw', 'hot_entity_vs_writers64'],
  measure: ({ quick }) =>
    inFolder((folder) =>
      withStore(join(folder, 'ours.db'), 'full', async (hf) => {
        const [rounds, ms] = quick ? [3, 300] : [9, 1000]
        const file = join(folder, 'raw.db')
        const checkpoints = await startCheckpoints(file)
        const loop = openBareLoop(file, WRITERS, stored(0), checkpoints)
        const many = Array.from({ length: WRITERS }, (_, i) => hf.session(Entry, `session-${i}`))
        const one = Array.from({ length: WRITERS }, () => hf.session(Entry, 'hot'))
        let n = 0
        const write = (sessions: readonly Session<OneEntry>[]) => (writer: number) =>
          sessions[writer]?.set('entry', entry(n++)) ?? Promise.resolve()
        const { spread, hot, bare } = await interleave(rounds, {
          spread: () => perSecondTogether(WRITERS, ms, 500_000, write(many)),
          bare: async () => WRITERS * (await perSecond(ms, 10_000, () => loop.commit(stored(n++)))),
          hot: () => perSecondTogether(WRITERS, ms, 500_000, write(one)),
        })
        loop.close()
        await checkpoints.close()
        const ours = `64 writers of session.set on 64 sessions: ${count(median(spread))}/s`
        const bareNote = `bare node:sqlite loop of the same rows, 64 a transaction: ${count(median(bare))}/s; 600 B, FULL`
        return {
          writers64_vs_raw: { value: medianRatio(spread, bare), note: `${ours}; ${bareNote}` },
          hot_entity_vs_writers64: { value: medianRatio(hot, spread), note: `on one session: ${count(median(hot))}/s; ${ours}` },
        }
      }),
    ),
}

/** What the store makes of an entry: its plain bytes behind the two bytes of the codec's header. */
function stored(n: number): Uint8Array {
  return Buffer.concat([Buffer.of(16, 0), encodeLeaf(entry(n))])
}
