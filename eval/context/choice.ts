import { pack, rank, WEIGHTS, type Weights } from '../../src/context/index.ts'
import { loadWordVectors } from '../../src/language/index.ts'
import { byRecency, bySubstring, take } from './baselines.ts'
import type { Moment } from './moments.ts'

/** Share of all candidates' tokens that may be taken. */
const SHARE = 0.25

/** Positions of the chosen candidates, in the order they were chosen. */
export type Choose = (moment: Moment) => readonly number[]

const vectors = await loadWordVectors()

/** What `session.context` chooses: the same ranking and packing. */
export function ours(weights: Weights = WEIGHTS): Choose {
  return (moment) => {
    const { candidates, query, revision } = moment
    const ranked = rank(candidates, { query, revision, weights, vectors })
    const verdicts = pack(ranked, budgetOf(moment))
    const positions = new Map(candidates.list.map(({ variable }, i) => [variable, i]))
    return ranked.flatMap(({ variable }, i) => (verdicts[i] === 'chosen' ? [positions.get(variable) ?? -1] : []))
  }
}

/** What it is measured against. */
export const baselines: Readonly<Record<string, Choose>> = {
  recency: (moment) => take(moment.candidates.list, byRecency(moment), budgetOf(moment)),
  substring: (moment) => take(moment.candidates.list, bySubstring(moment), budgetOf(moment)),
}

function budgetOf({ candidates }: Moment): number {
  return Math.floor(SHARE * candidates.list.reduce((sum, { tokens }) => sum + tokens, 0))
}
