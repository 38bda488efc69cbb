import { plants } from './plants.ts'
import { type Simulation, simulate } from './simulate.ts'

/** What came of many seeds. */
export interface Campaign {
  readonly seeds: number
  readonly events: number
  readonly records: number
  readonly crashes: number
  readonly undecided: number
  /** Those in which something was violated. */
  readonly failures: readonly Simulation[]
}

export interface CampaignOptions {
  readonly seed: number
  readonly seeds: number
  readonly steps: number
  /** Stops behind the seed that is under way then; milliseconds since the Unix epoch. */
  readonly until?: number
}

/** A bug must be found within so many seeds. */
const HUNTED_SEEDS = 100

/** Runs one seed after the other. */
export async function campaign({ seed, seeds, steps, until = Number.POSITIVE_INFINITY }: CampaignOptions): Promise<Campaign> {
  const failures: Simulation[] = []
  const sum = { seeds: 0, events: 0, records: 0, crashes: 0, undecided: 0 }
  while (sum.seeds < seeds && Date.now() < until) {
    const run = await simulate({ seed: seed + sum.seeds++, steps })
    for (const name of ['events', 'records', 'crashes', 'undecided'] as const) sum[name] += run[name]
    if (run.violations.length > 0) failures.push(run)
  }
  return { ...sum, failures }
}

/** The first seed in which a planted bug shows, from `seed` on; undefined when it does not within a hundred. */
export async function hunt(name: string, seed: number, steps: number): Promise<Simulation | undefined> {
  for (let tried = 0; tried < HUNTED_SEEDS; tried++) {
    const run = await simulate({ seed: seed + tried, steps, plant: plants[name] })
    if (run.violations.length > 0) return run
  }
  return undefined
}

/** The fewest steps, of those tried, with which a seed still fails. */
export async function fewestSteps(seed: number, steps: number): Promise<number> {
  for (let fewer = 10; fewer < steps; fewer *= 2) {
    const { violations } = await simulate({ seed, steps: fewer })
    if (violations.length > 0) return fewer
  }
  return steps
}
