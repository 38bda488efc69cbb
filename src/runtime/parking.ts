import type { EntityState } from '../store/index.ts'
import type { Decision } from './decision.ts'

/** Decisions set aside until something they need is there; later ones on the same entities wait for them. */
export class Parking {
  readonly #parked = new Map<EntityState, Set<Decision>>()
  readonly #decided = new WeakMap<Decision, Promise<void>>()

  /** Sets a decision aside until `ready`, then calls `resume` with the error that `ready` failed with, if it did. */
  park(decision: Decision, ready: Promise<unknown>, resume: (error?: unknown) => void): void {
    const states = [...decision.touched]
    for (const state of states) this.#add(state, decision)
    const release = (): void => {
      for (const state of states) this.#remove(state, decision)
    }
    const decided = ready.then(
      () => {
        release()
        resume()
      },
      (error: unknown) => {
        release()
        resume(error)
      },
    )
    this.#decided.set(decision, decided)
  }

  /** When an earlier decision that has looked at this entity will have been made; undefined when there is none. */
  earlier(decision: Decision, state: EntityState): Promise<void> | undefined {
    for (const other of this.#parked.get(state) ?? []) if (other.ticket < decision.ticket) return this.#decided.get(other)
    return undefined
  }

  #add(state: EntityState, decision: Decision): void {
    state.pins++
    const parked = this.#parked.get(state)
    if (parked === undefined) this.#parked.set(state, new Set([decision]))
    else parked.add(decision)
  }

  #remove(state: EntityState, decision: Decision): void {
    state.pins--
    const parked = this.#parked.get(state)
    parked?.delete(decision)
    if (parked?.size === 0) this.#parked.delete(state)
  }
}
