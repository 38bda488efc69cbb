import { join } from 'node:path'
import { defineSession, type SessionDefinition } from '../../src/index.ts'
import { count, type Family } from '../family.ts'
import { inFolder } from '../folder.ts'
import { entry } from '../payload.ts'
import { median, percentile } from '../percentile.ts'
import { inTurns, withStore } from './sessions.ts'

interface Pair {
  busy: ReturnType<typeof entry>
  rare: ReturnType<typeof entry>
}

const Pairs: SessionDefinition<Pair> = defineSession('pair')
/** The rare entry is written once in so many revisions. */
const EVERY = 1000

/** A rarely written entry as it was at any revision. */
export const asOf: Family<'as_of_p99_ms'> = {
  figures: ['as_of_p99_ms'],
  measure: ({ quick }) =>
    inFolder((folder) =>
      withStore(join(folder, 'ours.db'), 'os', async (hf) => {
        const revisions = quick ? 10_000 : 100_000
        const session = hf.session(Pairs, 'one')
        const rare: number[] = []
        await inTurns(revisions, 256, async (n) => {
          if (n % EVERY === 0) rare.push(await session.set('rare', entry(n)))
          else await session.set('busy', entry(n))
        })
        const oldest = Math.min(...rare)
        const times: number[] = []
        for (let i = 0; i < (quick ? 500 : 5000); i++) {
          const revision = oldest + Math.floor(Math.random() * (revisions - oldest))
          const started = performance.now()
          const found = await session.getAt(revision, 'rare')
          times.push(performance.now() - started)
          check(found, rare.findLastIndex((written) => written <= revision) * EVERY)
        }
        const note = `session.getAt(random revision, 'rare') among ${count(revisions)}, written every ${EVERY}: p50 ${median(times).toFixed(3)} ms`
        return { as_of_p99_ms: { value: percentile(times, 0.99), note } }
      }),
    ),
}

function check(found: unknown, n: number): void {
  const expected = entry(n).n
  if ((found as Pair['rare']).n !== expected) throw new Error(`Expected ${expected}, got ${JSON.stringify(found)}`)
}
