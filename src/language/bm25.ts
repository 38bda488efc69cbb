/** How often terms occur in one field of one document. */
export type Counts = ReadonlyMap<string, number>

/** A field of the documents: what a match in it is worth, and how much its length tells (0: nothing, 1: all). */
export interface Field {
  readonly weight: number
  readonly b: number
}

/** A document as BM25F sees it: the term counts of each field, in the order of the fields. */
export type Document = readonly Counts[]

const DEFAULT_K1 = 1.2

/**
 * BM25F over documents of several fields (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
 * 2009, section 3.6): counts are weighted and normalised by length per field, added up, and only then saturated. With one
 * field of weight 1 it is BM25. The inverse document frequency is ln(1 + (N - n + 0.5) / (n + 0.5)), never negative.
 */
export class Bm25 {
  readonly #fields: readonly Field[]
  readonly #documents: readonly Document[]
  readonly #lengths: readonly (readonly number[])[]
  readonly #means: readonly number[]
  readonly #postings = new Map<string, number[]>()
  readonly #k1: number

  constructor(fields: readonly Field[], documents: readonly Document[], k1 = DEFAULT_K1) {
    this.#fields = fields
    this.#documents = documents
    this.#k1 = k1
    this.#lengths = documents.map((document) => document.map(total))
    this.#means = fields.map((_, i) => mean(this.#lengths.map((lengths) => lengths[i] ?? 0)))
    for (const [i, document] of documents.entries()) this.#post(i, document)
  }

  /** Rarity of a term among the documents: 0 and up. */
  idf(term: string): number {
    const n = this.#postings.get(term)?.length ?? 0
    return Math.log(1 + (this.#documents.length - n + 0.5) / (n + 0.5))
  }

  /** The score of every document for a query whose terms have weights; 0 where nothing matches. */
  scores(query: Counts): Float64Array {
    const scores = new Float64Array(this.#documents.length)
    for (const [term, weight] of query) {
      const rarity = this.idf(term) * weight
      for (const i of this.#postings.get(term) ?? []) {
        const frequency = this.#frequency(i, term)
        scores[i] = (scores[i] ?? 0) + (rarity * frequency * (this.#k1 + 1)) / (frequency + this.#k1)
      }
    }
    return scores
  }

  #post(i: number, document: Document): void {
    for (const term of new Set(document.flatMap((counts) => [...counts.keys()]))) {
      const posted = this.#postings.get(term)
      if (posted === undefined) this.#postings.set(term, [i])
      else posted.push(i)
    }
  }

  #frequency(i: number, term: string): number {
    let sum = 0
    for (const [f, { weight, b }] of this.#fields.entries()) {
      const count = this.#documents[i]?.[f]?.get(term)
      if (count === undefined) continue
      const relative = (this.#lengths[i]?.[f] ?? 0) / (this.#means[f] || 1)
      sum += (weight * count) / (1 - b + b * relative)
    }
    return sum
  }
}

/** Counts terms. */
export function countTerms(terms: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1)
  return counts
}

function total(counts: Counts): number {
  let sum = 0
  for (const count of counts.values()) sum += count
  return sum
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
