import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import { words } from './terms.ts'

const decompress = promisify(brotliDecompress)

/** The asset lies as far from the sources as from what is built of them. */
const ASSET = new URL('../../assets/word-vectors.br', import.meta.url)

let loading: Promise<WordVectors | undefined> | undefined

/**
 * The word vectors that come with the package: the 30,000 most frequent English words of GloVe (Pennington, Socher and Manning
 * 2014), 100 dimensions in a byte each. Read at the first call, 3 MB from then on. Undefined where the asset is missing or
 * unreadable: everything works without.
 */
export function loadWordVectors(): Promise<WordVectors | undefined> {
  loading ??= read().catch(() => undefined)
  return loading
}

async function read(): Promise<WordVectors> {
  return new WordVectors(await decompress(await readFile(ASSET)))
}

/** How much rarer words count: a / (a + p), p being the share of a word in running text (Arora, Liang and Ma 2017). */
const RARITY = 1e-3

/** Directions of words in a space in which what is alike in meaning is near. */
export class WordVectors {
  readonly #rows = new Map<string, number>()
  readonly #vectors: Int8Array
  readonly dimensions: number

  /** Little-endian: number of words, dimensions, bytes of text, then the words in order of frequency by line, then the rows. */
  constructor(bytes: Buffer) {
    const [count, dimensions, length] = [bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readUInt32LE(8)]
    const list = bytes.toString('utf8', 12, 12 + length).split('\n')
    for (const [i, word] of list.entries()) this.#rows.set(word, i)
    this.dimensions = dimensions
    this.#vectors = new Int8Array(bytes.buffer, bytes.byteOffset + 12 + length, count * dimensions)
  }

  /** The direction of a text, of length 1: the mean of its words, rare ones counting more. Undefined when no word is known. */
  directionOf(text: string): Float32Array | undefined {
    const sum = new Float32Array(this.dimensions)
    let known = 0
    for (const word of words(text, 256)) {
      const row = this.#rows.get(word)
      if (row === undefined) continue
      this.#add(sum, row, RARITY / (RARITY + shareOf(row)))
      known++
    }
    return known === 0 ? undefined : toUnit(sum)
  }

  #add(sum: Float32Array, row: number, weight: number): void {
    const start = row * this.dimensions
    let square = 0
    for (let i = 0; i < this.dimensions; i++) square += (this.#vectors[start + i] ?? 0) ** 2
    const scale = weight / Math.sqrt(square || 1)
    for (let i = 0; i < this.dimensions; i++) sum[i] = (sum[i] ?? 0) + (this.#vectors[start + i] ?? 0) * scale
  }
}

/** Cosine of two directions of length 1. */
export function nearness(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

/** A word's share of running text, by its rank among all (Zipf). */
function shareOf(row: number): number {
  return 0.1 / (row + 1)
}

function toUnit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(nearness(vector, vector)) || 1
  return vector.map((value) => value / length)
}
