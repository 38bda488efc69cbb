import { asMemory } from './as-memory.ts'
import { killedAt, resumedByMany } from './kills.ts'
import { writtenByMany } from './many-writers.ts'
import type { Site } from './site.ts'

/** Why a scenario did not go as it should; undefined when it did. */
type Check = (site: Site) => Promise<string | undefined>

/** The scenarios, by what is to hold in them. */
export const checks: Readonly<Record<string, Check>> = {
  'a run that is saved and killed goes on in another process': killedAt('saved'),
  'killed behind a payment, it goes on with the same call': killedAt('paid'),
  'killed while the model is asked, it goes on': killedAt('answered'),
  'of many processes that resume at once, one does': resumedByMany,
  'transactions of many writers in several processes apply once': writtenByMany,
  'histories are those that MemorySession keeps': asMemory,
}
