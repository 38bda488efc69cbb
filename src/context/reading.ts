import { formatPath, type Path } from '../core/index.ts'
import { type Counts, countTerms, countTokens, type Document, terms, type WordVectors } from '../language/index.ts'
import { identityOf } from './identity.ts'
import { lineOf, textOf } from './leaf.ts'
import type { Variable } from './variable.ts'

/** Terms of a value that count; what lies behind is not read. */
const VALUE_TERMS = 512

/** Characters of a value whose meaning is looked at. */
const MEANT = 512

/** Everything that follows from the path and the text of a variable alone. */
export class Reading {
  readonly path: string
  readonly text: string
  /** Tokens of its line. */
  readonly tokens: number
  /** 0 to 1. */
  readonly identity: number
  /** Terms of the names on the path, and of the text. */
  readonly document: Document
  readonly #names: string
  #direction: Float32Array | null | undefined

  constructor(path: Path, text: string, termsOfNames: (names: string) => Counts) {
    this.path = formatPath(path)
    this.text = text
    this.tokens = countTokens(lineOf(path, text))
    this.identity = identityOf(text)
    this.#names = namesOf(path)
    this.document = [termsOfNames(this.#names), countTerms(terms(text, { most: VALUE_TERMS }))]
  }

  /** Where its names and its text lie in meaning. */
  direction(vectors: WordVectors): Float32Array | undefined {
    if (this.#direction === undefined)
      this.#direction = vectors.directionOf(`${this.#names} ${this.text.slice(0, MEANT)}`) ?? null
    return this.#direction ?? undefined
  }
}

/** Readings of variables, in their order; what was read before in the same words is taken from there. */
export class Readings {
  readonly list: readonly Reading[]
  readonly #known = new Map<string, Reading>()

  constructor(variables: readonly Variable[], before?: Readings) {
    const names = new Map<string, Counts>()
    const termsOfNames = (text: string): Counts => {
      const counts = names.get(text) ?? countTerms(terms(text))
      names.set(text, counts)
      return counts
    }
    this.list = variables.map(({ path, value }) => {
      const text = textOf(value)
      const line = lineOf(path, text)
      const reading = before?.find(line) ?? new Reading(path, text, termsOfNames)
      this.#known.set(line, reading)
      return reading
    })
  }

  find(line: string): Reading | undefined {
    return this.#known.get(line)
  }
}

/** The names on a path as words; positions say nothing. */
function namesOf(path: Path): string {
  return path.filter((segment) => typeof segment === 'string').join(' ')
}
