import { count } from '../../family.ts'
import type { Measured } from '../../figure.ts'
import { interleave } from '../../interleave.ts'
import { median, medianRatio } from '../../percentile.ts'
import type { Racer } from './racer.ts'

/** How many runs are in flight at once where many are. */
export const MANY = 50

/** Two engines that do the same job, and what the other one is called. */
export interface Pair {
  readonly ours: Racer
  readonly peer: Racer
  readonly name: string
}

/** Runs a second that end, ours against the other's, turn by turn; how often ours is faster. */
export async function compare(
  { ours, peer, name }: Pair,
  inFlight: number,
  { quick }: { readonly quick: boolean },
): Promise<Measured> {
  const [rounds, ms] = quick ? [1, 500] : [5, 2000]
  // Whatever is only slow the first time has been done.
  for (const racer of [ours, peer]) await racer.pace({ inFlight, ms: ms / 2 })
  const paces = await interleave(rounds, {
    ours: () => ours.pace({ inFlight, ms }),
    peer: () => peer.pace({ inFlight, ms }),
  })
  const each = `${count(median(paces.ours))} runs of 10 steps a second; ${name}: ${count(median(paces.peer))}`
  return { value: medianRatio(paces.ours, paces.peer), note: `${each}; ${inFlight} in flight, ${rounds} rounds of ${ms} ms` }
}
