import { HoldfastError } from '../../core/index.ts'
import type { Commit, Receipt } from '../engine.ts'
import { Applier } from './apply.ts'
import type { Checkpoints } from './checkpointer.ts'
import type { Connection, ConnectionOptions } from './connection.ts'
import { isBusy } from './fault.ts'
import { WriterThread } from './thread.ts'

/** Commits move to the writer thread when the disk's share of a batch, or the entities a batch names, pass this in the moving average... */
const SLOW_MS = 1
const WIDE = 16
/** ...and back when both fall below this on the thread, where batches are half as large. */
const FAST_MS = 0.6
const NARROW = 6
const WEIGHT = 0.1
/** One odd sample must not decide. */
const MOST_MS = 3

/** Where batches are committed: `auto` as `Committer` decides; the others are for tests and measurements. */
export type WriterMode = 'auto' | 'inline' | 'thread'

/**
 * Decides where a batch is committed: on the event loop while that is quick (no hand-over to pay), on the writer thread while the disk is slow,
 * another process holds the lock, or many entities are at work, of which some are decided on while others are stored.
 */
export class Committer {
  readonly #connection: Connection
  readonly #applier: Applier
  readonly #options: ConnectionOptions
  readonly #mode: WriterMode
  #thread: WriterThread | undefined
  #averageMs = 0
  #averageWidth = 0
  #away = false
  /** Batches the thread has not answered: what comes now must not overtake them. */
  #sent = 0

  constructor(connection: Connection, options: ConnectionOptions, mode: WriterMode) {
    this.#connection = connection
    this.#applier = new Applier(connection)
    this.#options = { ...options, busyTimeout: 5000, storeId: connection.storeId }
    this.#mode = mode
    this.#away = mode === 'thread'
  }

  /** True while batches are committed on the thread: they cost no time of the event loop, and a larger one no more of the disk's. */
  get isAway(): boolean {
    return this.#away
  }

  /** @param width how many entities the batch is about */
  commit(batch: readonly Commit[], width: number): readonly Receipt[] | Promise<readonly Receipt[]> {
    this.#averageWidth += (width - this.#averageWidth) * WEIGHT
    if (this.#away || this.#sent > 0) return this.#commitAway(batch)
    try {
      const receipts = this.#applier.apply(batch)
      this.#measure(this.#connection.commitMs)
      return receipts
    } catch (error) {
      if (isBusy(error) && this.#mode === 'auto') return this.#commitAway(batch)
      throw error
    }
  }

  async #commitAway(batch: readonly Commit[]): Promise<readonly Receipt[]> {
    this.#sent++
    const { receipts, error, commitMs } = await this.#writer()
      .send({ do: 'commit', batch })
      .finally(() => this.#sent--)
    this.#measure(commitMs)
    if (receipts !== undefined) return receipts
    throw new HoldfastError(
      error?.code ?? 'unavailable',
      error?.message ?? 'The writer thread did not answer',
      error?.details ?? { reason: 'engine' },
    )
  }

  #measure(ms: number): void {
    this.#averageMs += (Math.min(ms, MOST_MS) - this.#averageMs) * WEIGHT
    if (this.#mode !== 'auto') return
    if (this.#averageMs > SLOW_MS || this.#averageWidth > WIDE) this.#away = true
    else if (this.#averageMs < FAST_MS && this.#averageWidth < NARROW) this.#away = false
  }

  readonly checkpoints: Checkpoints = {
    away: async (mode) => {
      await this.#writer().send({ do: 'checkpoint', mode })
    },
    here: () => {
      if (!this.#away && this.#sent === 0) this.#connection.all('pragma wal_checkpoint(passive)')
    },
  }

  async close(): Promise<void> {
    await this.#thread?.close()
  }

  #writer(): WriterThread {
    if (this.#thread === undefined || this.#thread.ended) this.#thread = new WriterThread(this.#options)
    return this.#thread
  }
}
