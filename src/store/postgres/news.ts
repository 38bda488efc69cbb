import type { PartitionHead, Receipt } from '../engine.ts'

/** Tells whether others have committed, without being misled by what this store has committed itself. */
export class News {
  readonly #heads: () => Promise<PartitionHead[]>
  readonly #partitions: number
  /** Up to here the log of each partition holds nothing unheard of. */
  readonly #known: number[]

  constructor(partitions: number, heads: () => Promise<PartitionHead[]>) {
    this.#heads = heads
    this.#partitions = partitions
    this.#known = Array(partitions).fill(-1)
  }

  /** Notes what this store has committed itself, on whichever connection. */
  own(receipts: readonly Receipt[]): void {
    for (const receipt of receipts) {
      if (receipt.status !== 'ok') continue
      for (const { num, seq } of receipt.records) {
        const partition = num % this.#partitions
        if (seq === (this.#known[partition] ?? 0) + 1) this.#known[partition] = seq
      }
    }
  }

  /** See `Engine.poll`. */
  async poll(): Promise<PartitionHead[] | undefined> {
    const heads = await this.#heads()
    let isNew = false
    for (const [partition, { seq }] of heads.entries()) {
      if (seq <= (this.#known[partition] ?? -1)) continue
      this.#known[partition] = seq
      isNew = true
    }
    return isNew ? heads : undefined
  }
}
