import type { Journal } from './journal.ts'

/** The chunks that are stored of a stream, one after another, a page in memory at a time. */
export class KnownChunks {
  readonly #journal: Journal
  readonly #stream: string
  readonly #count: number
  #page: readonly unknown[] = []
  #first = 0
  /** How many have been taken. */
  taken = 0

  constructor(journal: Journal, stream: string, count: number) {
    this.#journal = journal
    this.#stream = stream
    this.#count = count
  }

  get isEmpty(): boolean {
    return this.taken === this.#count
  }

  /** The next one, which `take` passes over. */
  async next(): Promise<unknown> {
    if (this.taken === this.#first + this.#page.length) {
      this.#first = this.taken
      this.#page = await this.#journal.page(this.#stream, this.#first)
    }
    return this.#page[this.taken - this.#first]
  }

  take(): void {
    this.taken++
  }
}
