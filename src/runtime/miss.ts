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

/** The same for something that is no part of an entity: what `load` gives is the decision's under that name, for all its runs. */
export class Wanted {
  readonly name: string
  readonly load: () => Promise<unknown>

  constructor(name: string, load: () => Promise<unknown>) {
    this.name = name
    this.load = load
  }
}
