import type { Receipt } from '../engine.ts'

/** Where the records of a batch lie in the log of each partition they are in. */
type Spans = ReadonlyMap<number, { readonly first: number; readonly last: number }>

/** Batches are stored over several connections, and the answer to one that was stored first may be read last. */
export class Answers {
  readonly #partitions: number
  /** The newest record of each partition that an answer has told of. */
  readonly #told = new Map<number, number>()
  #unread = 0
  #held: { readonly spans: Spans; readonly resolve: () => void }[] = []

  constructor(partitions: number) {
    this.#partitions = partitions
  }

  /** Hands answers on in the order of the logs: one with a gap before it waits for those that are still unread. */
  async inOrder(coming: Promise<readonly Receipt[]>): Promise<readonly Receipt[]> {
    this.#unread++
    const told = Promise.withResolvers<void>()
    try {
      const receipts = await coming.finally(() => this.#unread--)
      this.#held.push({ spans: this.#spansOf(receipts), resolve: told.resolve })
      // All wait alike when they are told: who does not wait yet would come last.
      queueMicrotask(() => this.#handOn())
      await told.promise
      return receipts
    } catch (error) {
      this.#handOn()
      throw error
    }
  }

  #handOn(): void {
    const before = this.#held.toSorted(inLog)
    this.#held = []
    for (const answer of before) {
      if (this.#unread > 0 && this.#isAhead(answer.spans)) {
        this.#held.push(answer)
        continue
      }
      for (const [partition, { last }] of answer.spans) this.#told.set(partition, last)
      answer.resolve()
    }
  }

  #isAhead(spans: Spans): boolean {
    return [...spans].some(([partition, { first }]) => first > (this.#told.get(partition) ?? first) + 1)
  }

  #spansOf(receipts: readonly Receipt[]): Spans {
    const spans = new Map<number, { first: number; last: number }>()
    for (const receipt of receipts) {
      if (receipt.status !== 'ok') continue
      for (const { num, seq } of receipt.records) {
        const partition = num % this.#partitions
        spans.set(partition, { first: spans.get(partition)?.first ?? seq, last: seq })
      }
    }
    return spans
  }
}

/** By the partitions they have in common, which batches come to in one order. */
function inLog({ spans: one }: { readonly spans: Spans }, { spans: other }: { readonly spans: Spans }): number {
  for (const [partition, { first }] of one) {
    const theirs = other.get(partition)
    if (theirs !== undefined) return first - theirs.first
  }
  return 0
}
