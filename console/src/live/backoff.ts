/** How long to wait before the n-th attempt (from 0): doubling from half a second to 8 s, spread by `chance` in [0, 1). */
export function backoff(attempt: number, chance: number): number {
  const full = Math.min(8000, 500 * 2 ** attempt)
  return Math.round(full / 2 + (full / 2) * chance)
}
