const isLong = process.env.HOLDFAST_LONG === '1'

/**
 * How often a property is tried: `count` times, always the same ones, so that a test that passed passes again.
 * `HOLDFAST_LONG=1` tries twenty times as many, `HOLDFAST_SEED` others.
 */
export function runs(count: number): { readonly numRuns: number; readonly seed: number } {
  return { numRuns: isLong ? count * 20 : count, seed: Number(process.env.HOLDFAST_SEED ?? 20_260_101) }
}

/** How long a property may take, in milliseconds. */
export const patience = isLong ? 600_000 : 60_000
