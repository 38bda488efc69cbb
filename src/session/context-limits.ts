import type { LeafLimits } from '../context/index.ts'

/** What one entry is opened to. */
export const LEAF_LIMITS: LeafLimits = { leaves: 10_000, depth: 32 }

/** Bytes of entries that become candidates; entries changed last come first. */
export const MOST_BYTES = 4 * 1024 * 1024

/** Candidates of one context. */
export const MOST_CANDIDATES = 10_000
