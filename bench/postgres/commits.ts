import { randomId } from '../../src/core/index.ts'
import { type Holdfast, open } from '../../src/index.ts'
import { encodeLeaf } from '../../src/store/index.ts'
import { PostgresServer } from '../../src/store/postgres/server.testing.ts'
import { count, type Family } from '../family.ts'
import { interleave, perSecond, perSecondTogether } from '../interleave.ts'
import { entry } from '../payload.ts'
import { median, medianRatio } from '../percentile.ts'
import { Entry } from '../store/sessions.ts'
import { openRawBatch } from './raw.ts'

const WRITERS = 64

type Names = 'batched_vs_single' | 'node_vs_raw' | 'hot_entity_one_node'

/** One node on a server that waits for its disk, beside what it writes written bare. */
export const commits: Family<Names> = {
  figures: ['batched_vs_single', 'node_vs_raw', 'hot_entity_one_node'],
  async measure({ quick }) {
    const server = await PostgresServer.start({ durable: true })
    const url = `${server.url()}?schema=`
    const [ours, bare] = [await open(`${url}ours`, { worker: false }), await open(`${url}bare`, { worker: false })]
    const raw = await openRawBatch(server.url(), 'bare', WRITERS, stored(0))
    try {
      const [rounds, ms] = quick ? [3, 400] : [9, 1500]
      let n = 0
      const rates = await interleave(rounds, {
        spread: () =>
          perSecondTogether(
            WRITERS,
            ms,
            500_000,
            writing(
              ours,
              (i) => `session-${i}`,
              () => n++,
            ),
          ),
        raw: async () => WRITERS * (await perSecond(ms, 10_000, () => raw.commit(stored(n++)))),
        unbatched: () => perSecond(ms, 100_000, () => commitAlone(ours, n++)),
        hot: () =>
          perSecondTogether(
            WRITERS,
            ms,
            500_000,
            writing(
              ours,
              () => 'hot',
              () => n++,
            ),
          ),
        alone: () =>
          perSecondTogether(
            1,
            ms,
            500_000,
            writing(
              ours,
              () => 'alone',
              () => n++,
            ),
          ),
      })
      const spread = `64 writers of session.set on 64 sessions: ${count(median(rates.spread))}/s`
      const rawNote = `one statement that writes the same rows for 64 of them: ${count(median(rates.raw))}/s`
      return {
        batched_vs_single: {
          value: medianRatio(rates.spread, rates.unbatched),
          note: `${spread}; one commit a transaction on one connection: ${count(median(rates.unbatched))}/s`,
        },
        node_vs_raw: { value: medianRatio(rates.spread, rates.raw), note: `${spread}; ${rawNote}; fsync on` },
        hot_entity_one_node: {
          value: medianRatio(rates.hot, rates.alone),
          note: `64 writers on one session: ${count(median(rates.hot))}/s; one writer: ${count(median(rates.alone))}/s`,
        },
      }
    } finally {
      await raw.close()
      await Promise.all([ours.close(), bare.close()])
      await server.stop()
    }
  },
}

function writing(hf: Holdfast, idOf: (writer: number) => string, next: () => number) {
  const sessions = Array.from({ length: WRITERS }, (_, i) => hf.session(Entry, idOf(i)))
  return (writer: number): Promise<unknown> => sessions[writer]?.set('entry', entry(next())) ?? Promise.resolve()
}

/** One commit of an entry, as the engine gets it, waited for. */
async function commitAlone(hf: Holdfast, n: number): Promise<void> {
  const nobody = { actor: null, cause: null, source: null, trust: null, store: null }
  const write = { key: '/entry', class: 'state', subject: null, segment: stored(n), undo: null, run: 0 } as const
  const change = { entity: { tenant: 'default', kind: 'session', id: 'bare' }, writes: [write], terms: [], event: null }
  await hf.store.engine.commit([{ id: randomId(), at: Date.now(), ...nobody, expect: [], entities: [change], outbox: [] }])
}

/** What the store makes of an entry: its plain bytes behind the two bytes of the codec's header. */
function stored(n: number): Uint8Array {
  return Buffer.concat([Buffer.of(16, 0), encodeLeaf(entry(n))])
}
