import type { PartitionHead, Receipt } from '../engine.ts'
import type { Connection } from './connection.ts'

/** Tells whether other connections have committed, without being misled by what this store's writer thread has. */
export class News {
  readonly #connection: Connection
  readonly #heads: () => PartitionHead[]
  /** Up to here the log holds nothing unheard of. */
  #known = -1
  #version = -1

  constructor(connection: Connection, heads: () => PartitionHead[]) {
    this.#connection = connection
    this.#heads = heads
  }

  /** Notes what this store has committed itself, on whichever connection. */
  own(receipts: readonly Receipt[]): void {
    for (const receipt of receipts) {
      if (receipt.status !== 'ok') continue
      for (const { seq } of receipt.records) if (seq === this.#known + 1) this.#known = seq
    }
  }

  /** See `Engine.poll`. `data_version` changes when another connection has committed (https://www.sqlite.org/pragma.html#pragma_data_version). */
  poll(): PartitionHead[] | undefined {
    const version = this.#connection.get<{ data_version: number }>('pragma data_version')?.data_version ?? 0
    if (version === this.#version) return undefined
    this.#version = version
    const heads = this.#heads()
    const seq = heads[0]?.seq ?? 0
    if (seq === this.#known) return undefined
    this.#known = seq
    return heads
  }
}
