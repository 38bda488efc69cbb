import type { EntityState, Need } from '../store/index.ts'

/**
 * Thrown by a decision that asked for something not in memory. The runtime loads it and runs the decision again, from
 * its beginning; that is why decisions must be pure.
 */
export class Miss {
  readonly state: EntityState
  readonly need: Need

  constructor(state: EntityState, need: Need) {
    this.state = state
    this.need = need
  }
}
