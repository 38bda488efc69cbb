import type { Choose } from './choice.ts'
import type { Moment } from './moments.ts'

/** How much of what was needed was chosen; shares from 0 to 1. */
export interface Recall {
  /** Of all variables needed at all moments. */
  readonly pooled: number
  /** The mean over moments that need any. */
  readonly mean: number
  readonly moments: number
  readonly wanted: number
}

export function recallOf(moments: readonly Moment[], choose: Choose): Recall {
  const needing = moments.filter(({ wanted }) => wanted.size > 0)
  const hits = needing.map((moment) => choose(moment).filter((i) => moment.wanted.has(i)).length)
  const wanted = needing.reduce((sum, moment) => sum + moment.wanted.size, 0)
  const shares = hits.map((hit, i) => hit / (needing[i]?.wanted.size ?? 1))
  return { pooled: ratio(total(hits), wanted), mean: ratio(total(shares), needing.length), moments: needing.length, wanted }
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b
}
