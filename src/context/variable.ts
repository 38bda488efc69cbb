import type { Path } from '../core/index.ts'

/** A variable as the ranking sees it: one leaf of a session's state, and what is known of its life. */
export interface Variable {
  readonly path: Path
  readonly value: unknown
  /** Revision that changed it last; 0 when that is longer ago than is looked back. */
  readonly changed: number
  /** How often it was changed within what is looked back at; at least 1. */
  readonly changes: number
}
