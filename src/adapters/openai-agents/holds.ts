import type { Place } from './place.ts'
import type { Hold } from './saved-run-tx.ts'

/** Which run, as it was saved when, the states of this process were loaded from or saved as: a state says nothing of it itself. */
const holds = new WeakMap<object, { readonly place: string; readonly hold: Hold }>()

/** What a state knows of the run that is saved of a conversation; undefined when it has nothing to do with that. */
export function holdOf(state: object, { id }: Place): Hold | undefined {
  const known = holds.get(state)
  return known?.place === id ? known.hold : undefined
}

/** Notes where a state comes from, or that what it comes from is no more. */
export function setHold(state: object, { id }: Place, hold: Hold | undefined): void {
  if (hold === undefined) holds.delete(state)
  else holds.set(state, { place: id, hold })
}
