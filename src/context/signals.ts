import { formatPath } from '../core/index.ts'
import { Bm25, type Counts, nearness, type WordVectors } from '../language/index.ts'
import { type Reading, Readings } from './reading.ts'
import type { Variable } from './variable.ts'

/** A variable made ready: what of it does not depend on the query. */
export interface Prepared {
  readonly variable: Variable
  readonly path: string
  readonly text: string
  /** Tokens of its line. */
  readonly tokens: number
  /** 0 to 1. */
  readonly identity: number
}

/** Path names count less than values: they are the same for many. */
const FIELDS = [
  { weight: 0.6, b: 0.3 },
  { weight: 1, b: 0.3 },
]

/** Variables made ready to be ranked for any query. */
export class Candidates {
  readonly list: readonly Prepared[]
  readonly #bm25: Bm25
  /** Positions by the path of the holder: leaves of one object are neighbours. */
  readonly #families: readonly (readonly number[])[]
  readonly #alike: readonly (readonly number[])[]
  readonly #recurrence: readonly number[]
  readonly #readings: Readings

  /** What was made ready `before`, of an earlier state, is used again where it is the same. */
  constructor(variables: readonly Variable[], before?: Candidates) {
    this.#readings = new Readings(variables, before === undefined ? undefined : before.#readings)
    this.list = this.#readings.list.map((reading, i) => prepared(reading, variables[i] as Variable))
    this.#bm25 = new Bm25(
      FIELDS,
      this.#readings.list.map(({ document }) => document),
    )
    this.#families = groups(this.list, ({ variable }) => formatPath(variable.path.slice(0, -1)))
    this.#alike = groups(this.list, ({ text }) => text)
    this.#recurrence = spread(this.list.length, this.#alike, (group) => group.length)
  }

  /** How much nearer to the query in meaning each is than all are on average, 0 to 1. */
  meaning(query: string, vectors: WordVectors): number[] {
    const asked = vectors.directionOf(query)
    if (asked === undefined) return this.list.map(() => 0)
    const near = this.#readings.list.map((reading) => {
      const own = reading.direction(vectors)
      return own === undefined ? 0 : nearness(asked, own)
    })
    const usual = near.reduce((sum, one) => sum + one, 0) / (near.length || 1)
    return near.map((one) => Math.max(0, (one - usual) / (1 - usual)))
  }

  /** How well the words of the query match each, 0 to 1. */
  words(query: Counts): Float64Array {
    return relative(this.#bm25.scores(query))
  }

  /** How much of each value the query says, 0 to 1: the share of its terms, by their rarity. */
  mention(query: Counts): Float64Array {
    return Float64Array.from(this.#readings.list, ({ document: [, value] }) => {
      let [said, all] = [0, 0]
      for (const term of value?.keys() ?? []) {
        const rarity = this.#bm25.idf(term)
        all += rarity
        if (query.has(term)) said += rarity
      }
      return all === 0 ? 0 : said / all
    })
  }

  /**
   * How present each value is, 0 to 1: its writes, wherever it stands, each fading with the revisions since by a power law
   * (base-level activation; Anderson and Schooler, "Reflections of the environment in memory", 1991).
   */
  activation(revision: number, decay: number): number[] {
    const own = this.list.map(({ variable: { changed, changes } }) => changes * (1 + Math.max(0, revision - changed)) ** -decay)
    return spread(own.length, this.#alike, (group) => {
      const sum = group.reduce((total, i) => total + (own[i] ?? 0), 0)
      return sum / (1 + sum)
    })
  }

  /** What the best neighbour of each has, of scores given. */
  neighbours(scores: Float64Array): Float64Array {
    const found = new Float64Array(scores.length)
    for (const family of this.#families) {
      const ordered = [...family].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
      const [best, second] = [ordered[0] ?? 0, ordered[1]]
      for (const i of family) found[i] = i === best ? (second === undefined ? 0 : (scores[second] ?? 0)) : (scores[best] ?? 0)
    }
    return found
  }

  /** How many variables hold the same text, 0 (no other) to 1. */
  get recurrence(): readonly number[] {
    return this.#recurrence.map((count) => Math.min(1, Math.log(count) / Math.log(16)))
  }
}

function prepared({ path, text, tokens, identity }: Reading, variable: Variable): Prepared {
  return { variable, path, text, tokens, identity }
}

/** Divided by the largest, so that 1 is the best there is. */
export function relative(scores: Float64Array): Float64Array {
  const best = scores.reduce((most, score) => Math.max(most, score), 0)
  return best === 0 ? scores : scores.map((score) => score / best)
}

function groups(list: readonly Prepared[], keyOf: (one: Prepared) => string): number[][] {
  const found = new Map<string, number[]>()
  for (const [i, one] of list.entries()) {
    const key = keyOf(one)
    const group = found.get(key)
    if (group === undefined) found.set(key, [i])
    else group.push(i)
  }
  return [...found.values()]
}

function spread(length: number, of: readonly (readonly number[])[], value: (group: readonly number[]) => number): number[] {
  const all = new Array<number>(length).fill(0)
  for (const group of of) for (const i of group) all[i] = value(group)
  return all
}
