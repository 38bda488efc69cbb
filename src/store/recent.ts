/**
 * The second a time lies in. Entities are listed newest first by this, then by number: an index over the exact time
 * would be written anew with every commit, one over the second only once a second.
 */
export function secondOf(at: number): number {
  return Math.floor(at / 1000)
}
