import type { Clock } from '../core/index.ts'
import { encodeLeaf } from '../store/index.ts'
import type { Journal } from './journal.ts'

/** Chunks are stored together for so long, or so many bytes: readers should not wait, and each page is a commit. */
const PAGE_MS = 50
const PAGE_BYTES = 16 * 1024

/** Stores the chunks of a stream page by page, behind those that are stored already. */
export class StreamWriter {
  readonly #journal: Journal
  readonly #clock: Clock
  readonly #name: string
  /** Chunks that an earlier attempt has stored, and this one has not been given yet. */
  #known: number
  #chunks: unknown[] = []
  #bytes = 0
  #storing: Promise<void> = Promise.resolve()
  #cancel: (() => void) | undefined
  #failed: unknown

  constructor(journal: Journal, clock: Clock, name: string, known: number) {
    this.#journal = journal
    this.#clock = clock
    this.#name = name
    this.#known = known
  }

  /** Takes the next chunk; waits when more have come than are stored. @throws invalid; what kept an earlier one from being stored */
  async write(chunk: unknown): Promise<void> {
    if (this.#failed !== undefined) throw this.#failed
    if (this.#known > 0) {
      this.#known--
      return
    }
    this.#bytes += encodeLeaf(chunk, undefined, [this.#name]).length
    this.#chunks.push(chunk)
    if (this.#bytes >= PAGE_BYTES) await this.flush()
    else this.#cancel ??= this.#clock.after(PAGE_MS, () => void this.flush().catch(() => {}))
  }

  /** Stores what has come. */
  flush(isEnd = false): Promise<void> {
    this.#cancel?.()
    this.#cancel = undefined
    if (this.#chunks.length === 0 && !isEnd) return this.#storing
    const page = { chunks: this.#chunks, bytes: this.#bytes, isEnd }
    this.#chunks = []
    this.#bytes = 0
    this.#storing = this.#storing.then(() => this.#store(page))
    return this.#storing
  }

  async #store(page: Parameters<Journal['append']>[1]): Promise<void> {
    try {
      await this.#journal.append(this.#name, page)
    } catch (error) {
      this.#failed = error
      throw error
    }
  }
}
