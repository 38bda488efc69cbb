import { HoldfastError } from '../core/index.ts'
import type { Commit, Engine, Receipt } from '../store/index.ts'
import { rest } from './virtual-clock.testing.ts'

/** Numbers from 0 to 1, the same for the same seed (mulberry32, public domain). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What goes wrong, as probabilities. */
export interface Faults {
  /** Nothing of a batch is stored, and the engine says so. */
  readonly refuse: number
  /** Somebody else commits just before. */
  readonly foreign: number
  /** An answer takes its time: before the work is done, and after. */
  readonly delay: number
}

/** An engine that fails, waits and is interfered with at points a seed decides. */
export function faulty(inner: Engine, random: () => number, faults: Faults, interfere: () => Promise<void>): Engine {
  const wait = async (): Promise<void> => {
    if (random() < faults.delay) await rest(1 + Math.floor(random() * 4))
  }
  const slowly =
    <Args extends unknown[], Result>(work: (...args: Args) => Result) =>
    async (...args: Args): Promise<Awaited<Result>> => {
      await wait()
      const result = await work(...args)
      await wait()
      return result
    }
  const commit = async (batch: readonly Commit[]): Promise<readonly Receipt[]> => {
    if (random() < faults.foreign) await interfere()
    if (random() < faults.refuse) throw new HoldfastError('unavailable', 'The disk is away', { reason: 'io' })
    return inner.commit(batch)
  }
  const { entity, entityByNum, entry, entries, idempotency, log, heads, outboxRow } = inner
  return {
    ...inner,
    inFlight: 2,
    commit: slowly(commit),
    // In memory too there are others here.
    poll: () => inner.heads(),
    ...{ entity: slowly(entity), entityByNum: slowly(entityByNum), entry: slowly(entry), entries: slowly(entries) },
    ...{ idempotency: slowly(idempotency), log: slowly(log), heads: slowly(heads), outboxRow: slowly(outboxRow) },
  }
}
