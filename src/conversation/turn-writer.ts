import { type Clock, HoldfastError } from '../core/index.ts'
import { encodeLeaf } from '../store/index.ts'
import { checkLimit } from './limits.ts'
import type { Part } from './part.ts'
import { checkedPart } from './part-check.ts'
import { joined } from './pieces.ts'
import type { TurnRecord } from './record.ts'
import type { StreamTx } from './stream-tx.ts'

/** What is written is stored together for so long, or so many bytes: readers should not wait, and each piece is a commit. */
const PIECE_MS = 50
const PIECE_BYTES = 16 * 1024
/** What has been written for long, or is large, grows by pieces of this share of it: their number grows with its logarithm. */
const SHARE = 1 / 64
/** How often a writer says that it is there while it has nothing to write, and for how long. */
const BEAT_MS = 10_000
const PATIENCE_MS = 600_000

/** What a writer needs of the conversation it writes to. */
export interface TurnWriterServices {
  readonly clock: Clock
  commit(decide: (stream: StreamTx) => void): Promise<void>
}

/** Writes a turn as it comes. Readers see it grow; it is done at its end. When its process dies, what it wrote is partial. */
export class TurnWriter {
  /** The id of the turn. */
  readonly turn: string
  readonly #services: TurnWriterServices
  readonly #record: TurnRecord
  readonly #writer: string
  readonly #begun: number
  /** What has come and is not on its way to be stored. */
  #pending: readonly Part[] = []
  #pendingBytes = 0
  #storedBytes = 0
  /** Parts so far, and the last of them: more text goes on with it. */
  #parts = 0
  #last: Part | undefined
  #written: number
  #storing: Promise<void> = Promise.resolve()
  #cancelFlush: (() => void) | undefined
  #cancelBeat: (() => void) | undefined
  #failed: unknown
  #isOver = false

  constructor(services: TurnWriterServices, record: TurnRecord, writer: string) {
    this.#services = services
    this.#record = record
    this.#writer = writer
    this.turn = record.id
    this.#begun = services.clock.now()
    this.#written = this.#begun
    this.#beat()
  }

  /**
   * Takes what comes next: more text, or a part. Text goes on with text that came before, thoughts with thoughts. Waits when more has come than is
   * stored.
   * @throws invalid; too_large; conflict when it was silent for too long or another writes this turn by now
   */
  async write(delta: string | Part): Promise<void> {
    this.#check()
    const part = typeof delta === 'string' ? ({ type: 'text', text: delta } as const) : delta
    const checked = checkedPart(part, this.#record.role, ['delta'])
    this.#pendingBytes += encodeLeaf(checked, undefined, ['delta']).length
    this.#count(checked)
    this.#pending = joined([this.#pending, [checked]])
    this.#written = this.#services.clock.now()
    if (this.#pendingBytes >= Math.max(PIECE_BYTES, this.#storedBytes * SHARE)) await this.#flush()
    else this.#cancelFlush ??= this.#services.clock.after(this.#gap, () => void this.#flush().catch(() => {}))
  }

  /** The turn is done. @throws what kept it from being stored; conflict */
  async end(): Promise<void> {
    this.#check()
    await this.#close('done')
  }

  /** The turn is given up: what has come of it stays, and is partial. */
  async fail(): Promise<void> {
    if (this.#isOver) return
    try {
      await this.#close('partial')
    } catch (error) {
      // Partial or another's already.
      if (!HoldfastError.is(error, 'conflict')) throw error
    }
  }

  get #gap(): number {
    return Math.max(PIECE_MS, (this.#services.clock.now() - this.#begun) * SHARE)
  }

  #check(): void {
    if (this.#failed !== undefined) throw this.#failed
    if (this.#isOver) throw new HoldfastError('invalid', `Turn ${this.turn} has ended; begin another one`, { path: 'delta' })
  }

  #count(part: Part): void {
    const isMore = this.#last !== undefined && joined([[this.#last], [part]]).length === 1
    this.#last = part
    if (!isMore) this.#parts++
    checkLimit('parts', this.#parts, { path: this.turn, remedy: 'end it and go on in another turn' })
  }

  /** Stores what has come by the time that what came before is stored. */
  #flush(): Promise<void> {
    this.#cancelFlush?.()
    this.#cancelFlush = undefined
    this.#storing = this.#storing.then(() => this.#store())
    return this.#storing
  }

  async #store(): Promise<void> {
    if (this.#pending.length === 0) return
    const { parts, bytes } = this.#take()
    try {
      await this.#services.commit((stream) => stream.append(this.#record.n, this.#writer, parts))
      this.#storedBytes += bytes
      this.#beat()
    } catch (error) {
      this.#failed = error
      throw error
    }
  }

  #take(): { readonly parts: readonly Part[]; readonly bytes: number } {
    const taken = { parts: this.#pending, bytes: this.#pendingBytes }
    this.#pending = []
    this.#pendingBytes = 0
    return taken
  }

  async #close(status: 'done' | 'partial'): Promise<void> {
    this.#isOver = true
    this.#cancelFlush?.()
    this.#cancelBeat?.()
    await this.#storing.catch(() => {})
    if (status === 'done' && this.#failed !== undefined) throw this.#failed
    const { parts } = this.#take()
    await this.#services.commit((stream) => stream.end(this.#record.n, this.#writer, parts, status))
  }

  /** Says that it is there, now and then, until it has written nothing for too long. */
  #beat(): void {
    this.#cancelBeat?.()
    const { clock } = this.#services
    this.#cancelBeat = clock.after(BEAT_MS, () => {
      if (this.#isOver || this.#failed !== undefined || clock.now() - this.#written > PATIENCE_MS) return
      const hearing = this.#services.commit((stream) => stream.hear(this.#record.n, this.#writer))
      hearing.catch((error: unknown) => {
        if (HoldfastError.is(error, 'conflict')) this.#failed ??= error
      })
      this.#beat()
    })
  }
}
