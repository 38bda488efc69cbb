/** A state of a definition that is being made: open, so that faults can be planted in it. */
export interface StateDraft {
  type?: 'parallel' | 'final' | 'history'
  initial?: string
  states?: Record<string, StateDraft>
  on?: Record<string, unknown>
  [property: string]: unknown
}

/** A whole definition that is being made, with what it is checked against. */
export interface Draft {
  readonly definition: StateDraft & {
    id: string
    version: string
    context: Record<string, unknown>
    guards: Record<string, unknown>
    actions: Record<string, unknown>
    delays: Record<string, unknown>
    actors: Record<string, unknown>
    states: Record<string, StateDraft>
  }
  /** The types of events that are announced. */
  readonly events: Set<string>
}

/** A state in the tree, with the path findings name it by. */
export interface Spot {
  readonly key: string
  readonly path: string
  readonly state: StateDraft
  readonly parent: Spot | undefined
}

/** All states, a state before what lies in it. */
export function spotsOf({ definition }: Draft): Spot[] {
  const walk = (spot: Spot): Spot[] => {
    const inner = Object.entries(spot.state.states ?? {})
    return [spot, ...inner.flatMap(([key, state]) => walk({ key, state, path: `${spot.path}.${key}`, parent: spot }))]
  }
  return walk({ key: definition.id, state: definition, path: definition.id, parent: undefined })
}
