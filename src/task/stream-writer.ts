import { type Clock, equalRich } from '../core/index.ts'
import { encodeLeaf } from '../store/index.ts'
import type { Journal } from './journal.ts'
import { KnownChunks } from './known-chunks.ts'
import type { StreamState } from './record.ts'

/** Chunks are stored together for so long, or so many bytes: readers should not wait, and each page is a commit. */
const PAGE_MS = 50
const PAGE_BYTES = 16 * 1024

/**
 * Stores the chunks of a stream page by page. What an earlier attempt has stored is compared with what this one brings: as long as that is the same,
 * it is passed over; from where something else is said, that takes its place.
 */
export class StreamWriter {
  readonly #journal: Journal
  readonly #clock: Clock
  readonly #name: string
  /** What is stored and has not been brought again; undefined when all that comes is new. */
  #known: KnownChunks | undefined
  readonly #wasEnded: boolean
  /** From where on what is stored is to be forgotten. */
  #cut: number | undefined
  #chunks: unknown[] = []
  #bytes = 0
  #storing: Promise<void> = Promise.resolve()
  #cancel: (() => void) | undefined
  #failed: unknown

  constructor(journal: Journal, clock: Clock, name: string, { chunks, ended }: StreamState) {
    this.#journal = journal
    this.#clock = clock
    this.#name = name
    this.#known = new KnownChunks(journal, name, chunks)
    this.#wasEnded = ended
  }

  /** Takes the next chunk; waits when more have come than are stored. @throws invalid; what kept an earlier one from being stored */
  async write(chunk: unknown): Promise<void> {
    if (this.#failed !== undefined) throw this.#failed
    if (await this.#isKnown(chunk)) return
    this.#bytes += encodeLeaf(chunk, undefined, [this.#name]).length
    this.#chunks.push(chunk)
    if (this.#bytes >= PAGE_BYTES) await this.flush()
    else this.#cancel ??= this.#clock.after(PAGE_MS, () => void this.flush().catch(() => {}))
  }

  /** All has come. */
  async end(): Promise<void> {
    const known = this.#known
    if (known?.isEmpty === true && this.#wasEnded) return
    if (known?.isEmpty === false) this.#cut = known.taken
    await this.#flush(true)
  }

  /** Stores what has come. */
  flush(): Promise<void> {
    return this.#chunks.length === 0 ? this.#storing : this.#flush(false)
  }

  #flush(isEnd: boolean): Promise<void> {
    this.#cancel?.()
    this.#cancel = undefined
    const page = { chunks: this.#chunks, bytes: this.#bytes, isEnd }
    const cut = this.#cut
    this.#chunks = []
    this.#bytes = 0
    this.#cut = undefined
    this.#storing = this.#storing.then(() => this.#store(page, cut))
    return this.#storing
  }

  async #isKnown(chunk: unknown): Promise<boolean> {
    const known = this.#known
    if (known === undefined) return false
    if (!known.isEmpty && equalRich(await known.next(), chunk)) {
      known.take()
      return true
    }
    if (!known.isEmpty || this.#wasEnded) this.#cut = known.taken
    this.#known = undefined
    return false
  }

  async #store(...page: [Parameters<Journal['append']>[1], number | undefined]): Promise<void> {
    try {
      await this.#journal.append(this.#name, ...page)
    } catch (error) {
      this.#failed = error
      throw error
    }
  }
}
