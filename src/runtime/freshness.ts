import type { Store } from '../store/index.ts'

/** How fresh a read must be where several processes share the data. Decisions do not ask: they are always strong. */
export interface ReadOptions {
  /**
   * `strong` (default): all that was acknowledged anywhere before this was asked. A number: this process has looked at what others have
   * done at most so many milliseconds ago. `cached`: whatever it knows, without asking anybody.
   */
  readonly freshness?: 'strong' | 'cached' | number
  /** Read your writes: at least this revision, as a write has returned it, on whichever node. */
  readonly revision?: number
}

/** True when what the store knows is fresh enough to be read without another look at what others have done. */
export function isFresh(store: Store, { freshness = 'strong' }: ReadOptions): boolean {
  if (freshness === 'strong') return false
  return freshness === 'cached' || store.age() <= freshness
}
