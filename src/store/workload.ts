/**
 * What the outbox of a store holds at a moment, over all tenants: who runs what, what waits, what has failed. An operator's
 * question, answered in sums.
 */
export interface Workload {
  /** By owner, then queue, in UTF-8 bytes. */
  readonly claims: readonly ClaimSum[]
  /** Queues with anything due or dead, by name in UTF-8 bytes. */
  readonly queues: readonly QueueSum[]
}

/** What one owner holds of one queue. */
export interface ClaimSum {
  readonly owner: string
  readonly queue: string
  readonly count: number
  /** Those among them whose lease has ended: whoever looks next takes them. */
  readonly lapsed: number
  /** When the oldest was due. */
  readonly oldest: number
  /** When the last of the leases ends. */
  readonly until: number
}

/** What waits in one queue, and what has failed of it. */
export interface QueueSum {
  readonly queue: string
  /** Due, and not held under a live lease. */
  readonly due: number
  /** When the oldest of those was due; null without any. */
  readonly oldest: number | null
  readonly dead: number
}

/** Which moment to look at, and how far. */
export interface WorkloadQuery {
  readonly now: number
  /** Each queue's due rows are counted up to this; of claims, and of dead rows, so many are looked at in each partition. */
  readonly most: number
}
