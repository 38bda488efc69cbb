import type { Commit, EntityState, Foreseen } from '../store/index.ts'

/** One entity's share of a commit, and what the cache will hold once it is durable. */
export interface Part extends Foreseen {
  readonly state: EntityState
  readonly action: 'create' | 'write' | 'delete'
  readonly change: Commit['entities'][number]
}
