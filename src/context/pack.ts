import type { Ranked } from './rank.ts'

/** Why a variable is in the context or out of it. */
export type Verdict = 'pinned' | 'chosen' | 'too long' | 'no room'

/**
 * Fills a budget of tokens with variables in the order they are ranked; one that does not fit any more is passed over, so that
 * shorter ones behind it may still come in. Gives a verdict for each.
 */
export function pack(ranked: readonly Ranked[], tokens: number): Verdict[] {
  let left = tokens
  return ranked.map((one) => {
    if (one.tokens > left) return one.tokens > tokens ? 'too long' : 'no room'
    left -= one.tokens
    return one.pinned === undefined ? 'chosen' : 'pinned'
  })
}
