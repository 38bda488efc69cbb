/** What a batch knows about an entity it has met: one read at first touch, one write at the end. */
export interface Head {
  readonly num: number
  revision: number
  seq: number
  updated: number
  /** `updated` in whole seconds, as the index over it has it: it moves once a second at most, not with every commit. */
  recent: number
  deleted: number
  readonly origin: number | null
  origin_until: number | null
  dirty: boolean
}

/** True for a fork that lives: what it has none of its own of, it reads from its origin. */
export function inherits(head: Pick<Head, 'origin' | 'origin_until'>): boolean {
  return head.origin !== null && head.origin_until === null
}
