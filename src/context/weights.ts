/** What each signal may add to the score of a variable. All but the exponents are shares of a whole. */
export interface Weights {
  /** Words of the query in the value and in the path (BM25F, divided by the best). */
  readonly words: number
  /** How much of the value the query says, rare words counting more. */
  readonly mention: number
  /** What the neighbours, the other leaves of the same object, have of the query. */
  readonly neighbours: number
  /** Nearness in meaning (cosine of averaged word vectors). */
  readonly meaning: number
  readonly recency: number
  /** How often and how lately its value was written, wherever it stands. */
  readonly activation: number
  readonly frequency: number
  /** How many variables hold the same value. */
  readonly recurrence: number
  /** How much the value looks like something a tool is called with: an identifier, a code, a date. */
  readonly identity: number
  /** Exponent of decay of recency over revisions (ACT-R's d; Anderson and Schooler 1991). */
  readonly decay: number
  /** Exponent of the cost in tokens a score is divided by when the budget is filled. */
  readonly cost: number
}

/**
 * Found by coordinate ascent (steps of 2 and 1.4) on recorded runs of an airline agent: the tasks of the first half by hash, the sum of
 * both recalls of `npm run eval:context --half tune`, then rounded. The optimum is flat: no single step of a fifth gains more than half a point.
 * The ascent set `meaning` to 0, because those runs hold identifiers and hardly any prose; 0.2 costs up to 0.7 points there.
 */
export const WEIGHTS: Weights = {
  words: 0.7,
  mention: 0.2,
  neighbours: 0.2,
  meaning: 0.2,
  recency: 0.25,
  activation: 0.5,
  frequency: 0.2,
  recurrence: 0.15,
  identity: 0.8,
  decay: 0.5,
  cost: 0.5,
}
