import { commitRules } from './contract/commit.ts'
import { entityRules } from './contract/entity.ts'
import { entryRules } from './contract/entry.ts'
import { forkRules } from './contract/fork.ts'
import type { ContractRule } from './contract/harness.ts'
import { listingRules } from './contract/listing.ts'
import { logRules } from './contract/log.ts'
import { nodeRules } from './contract/nodes.ts'
import { oddNameRules } from './contract/odd-name.ts'
import { outboxRules } from './contract/outbox.ts'
import { refusalRules } from './contract/refusal.ts'
import { sweepRules } from './contract/sweep.ts'
import { transferRules } from './contract/transfer.ts'
import { upkeepRules } from './contract/upkeep.ts'

export type { ContractHarness, ContractRule } from './contract/harness.ts'

/**
 * What every storage engine must do, rule by rule as numbered in SPEC.md. It needs no test framework: run each rule
 * under a name such as `${id} ${title}`; a rule rejects with an AssertionError that says what was found instead.
 */
export const engineContract: readonly ContractRule[] = [
  ...commitRules,
  ...refusalRules,
  ...entityRules,
  ...entryRules,
  ...logRules,
  ...listingRules,
  ...oddNameRules,
  ...outboxRules,
  ...forkRules,
  ...sweepRules,
  ...upkeepRules,
  ...transferRules,
  ...nodeRules,
]
