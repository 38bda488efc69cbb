import type { Random } from '../core/index.ts'

/** How often failed work is tried again, and how long it waits in between. */
export interface RetryPolicy {
  /** Attempts in all, the first one included. Default 5. */
  readonly attempts?: number
  /** Milliseconds before the second attempt; doubled each time. Default 1,000. */
  readonly backoff?: number
  /** No wait is longer. Default 5 minutes. */
  readonly maxBackoff?: number
}

/**
 * How long to wait after attempt number `attempt` failed: exponential, with full jitter (M. Brooker, "Exponential
 * Backoff and Jitter", AWS 2015) over its upper half, so that waits still grow. Undefined when there are no attempts left.
 */
export function retryDelay(policy: RetryPolicy, attempt: number, random: Random): number | undefined {
  const { attempts = 5, backoff = 1000, maxBackoff = 300_000 } = policy
  if (attempt >= attempts) return undefined
  const full = Math.min(backoff * 2 ** (attempt - 1), maxBackoff)
  return Math.round(full / 2 + (random() * full) / 2)
}
