import { countTerms, terms, type WordVectors } from '../language/index.ts'
import type { Candidates, Prepared } from './signals.ts'
import { WEIGHTS, type Weights } from './weights.ts'

/** What the ranking is asked for. */
export interface Question {
  readonly query: string
  /** The revision the state stands at. */
  readonly revision: number
  /** The rank of a pinned variable among those pinned, from 0; undefined for others. */
  readonly pin?: (one: Prepared) => number | undefined
  /** How often a variable was read by its path. */
  readonly uses?: (one: Prepared) => number
  /** What `next Friday` in the query is counted from: milliseconds since the epoch. */
  readonly now?: number
  /** Without them nearness in meaning counts for nothing. */
  readonly vectors?: WordVectors | undefined
  readonly weights?: Weights
}

/** The parts a score is the sum of, each weighted already. */
export interface Parts {
  readonly words: number
  readonly mention: number
  readonly neighbours: number
  readonly meaning: number
  readonly recency: number
  readonly activation: number
  readonly frequency: number
  readonly recurrence: number
  readonly identity: number
}

/** A variable with its score. */
export interface Ranked extends Prepared {
  /** Its rank among those pinned, from 0; undefined when it is not. */
  readonly pinned: number | undefined
  /** What its parts come to for its cost; see `Weights.cost`. */
  readonly score: number
  readonly parts: Parts
}

/** Ranks variables for a query: pinned first, then by score, then newest first, then in the order of the state. */
export function rank(candidates: Candidates, question: Question): Ranked[] {
  const { query, revision, now, pin = () => undefined, uses = () => 0, vectors, weights = WEIGHTS } = question
  const asked = countTerms(terms(query, { most: QUERY_TERMS, ...(now !== undefined && { now }) }))
  const words = candidates.words(asked)
  const neighbours = candidates.neighbours(words)
  const { recurrence } = candidates
  const mention = candidates.mention(asked)
  const meaning = vectors && candidates.meaning(query, vectors)
  const activation = candidates.activation(revision, weights.decay)
  const ranked = candidates.list.map((one, i): Ranked => {
    const { changed, changes } = one.variable
    const parts: Parts = {
      words: weights.words * (words[i] ?? 0),
      mention: weights.mention * (mention[i] ?? 0),
      neighbours: weights.neighbours * (neighbours[i] ?? 0),
      meaning: weights.meaning * (meaning?.[i] ?? 0),
      recency: weights.recency * (1 + Math.max(0, revision - changed)) ** -weights.decay,
      activation: weights.activation * (activation[i] ?? 0),
      frequency: weights.frequency * Math.min(1, Math.log(changes + uses(one)) / Math.log(16)),
      recurrence: weights.recurrence * (recurrence[i] ?? 0),
      identity: weights.identity * one.identity,
    }
    return { ...one, pinned: pin(one), parts, score: total(parts) / Math.max(1, one.tokens / CHEAP) ** weights.cost }
  })
  return ranked.sort(inOrder)
}

/** Terms of a query that count; what lies behind is not read. */
const QUERY_TERMS = 1024

/** Tokens a variable may take without paying for it. */
const CHEAP = 4

function total(parts: Parts): number {
  return Object.values(parts).reduce((sum: number, part: number) => sum + part, 0)
}

/** Sorting is stable: what is alike stays in the order of the state. */
function inOrder(a: Ranked, b: Ranked): number {
  const [first, second] = [a.pinned ?? Number.POSITIVE_INFINITY, b.pinned ?? Number.POSITIVE_INFINITY]
  if (first !== second) return first - second
  return b.score - a.score || b.variable.changed - a.variable.changed
}
