/** Chunks are split in two when they grow beyond this many items. */
const CHUNK = 512

/**
 * An ordered set: items compare by the part of them that is their key, so a new item takes the place of an equal one.
 * Two levels (chunks of items) keep every operation at O(log n) comparisons and O(chunk) moves.
 * Whoever changes it while iterating collects first.
 */
export class Sorted<Item extends Key, Key = Item> {
  readonly #compare: (a: Key, b: Key) => number
  readonly #chunks: Item[][] = []
  #size = 0

  constructor(compare: (a: Key, b: Key) => number) {
    this.#compare = compare
  }

  get size(): number {
    return this.#size
  }

  get(key: Key): Item | undefined {
    const item = this.atMost(key)
    return item !== undefined && this.#compare(item, key) === 0 ? item : undefined
  }

  /** The greatest item not above `key`. */
  atMost(key: Key): Item | undefined {
    const chunk = this.#chunks[this.#chunkOf(key)]
    return chunk?.[countAtMost(chunk, key, this.#compare) - 1]
  }

  set(item: Item): void {
    const at = Math.max(this.#chunkOf(item), 0)
    const chunk = this.#chunks[at]
    if (chunk === undefined) {
      this.#chunks.push([item])
      this.#size = 1
      return
    }
    const end = countAtMost(chunk, item, this.#compare)
    const before = chunk[end - 1]
    if (before !== undefined && this.#compare(before, item) === 0) {
      chunk[end - 1] = item
      return
    }
    chunk.splice(end, 0, item)
    this.#size++
    if (chunk.length > CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK / 2))
  }

  delete(key: Key): boolean {
    const at = this.#chunkOf(key)
    const chunk = this.#chunks[at]
    if (chunk === undefined) return false
    const index = countAtMost(chunk, key, this.#compare) - 1
    const item = chunk[index]
    if (item === undefined || this.#compare(item, key) !== 0) return false
    chunk.splice(index, 1)
    if (chunk.length === 0) this.#chunks.splice(at, 1)
    this.#size--
    return true
  }

  clear(): void {
    this.#chunks.length = 0
    this.#size = 0
  }

  /** Items from `key` (inclusive) on, in order. */
  *from(key: Key): Generator<Item, void, undefined> {
    const first = Math.max(this.#chunkOf(key), 0)
    for (let at = first; at < this.#chunks.length; at++) {
      for (const item of this.#chunks[at] ?? []) {
        if (at > first || this.#compare(item, key) >= 0) yield item
      }
    }
  }

  *[Symbol.iterator](): Generator<Item, void, undefined> {
    for (const chunk of this.#chunks) yield* chunk
  }

  /** The last chunk that does not begin above `key`; -1 when all do. */
  #chunkOf(key: Key): number {
    let low = 0
    let high = this.#chunks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const first = this.#chunks[middle]?.[0]
      if (first !== undefined && this.#compare(first, key) <= 0) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}

function countAtMost<Key>(chunk: readonly Key[], key: Key, compare: (a: Key, b: Key) => number): number {
  let low = 0
  let high = chunk.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compare(chunk[middle] as Key, key) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
