import { statSync } from 'node:fs'
import type { Commit } from '../engine.ts'

/** How to have the write-ahead log moved into the database file. */
export interface Checkpoints {
  /** On the writer thread: copies and syncs pages without holding up the event loop. */
  away(mode: 'passive' | 'truncate'): Promise<void>
  /** On this connection, right now; does nothing while the thread commits. */
  here(): void
}

/** Pages written since the log was last begun anew that make a checkpoint worth while: eight times SQLite's default, for each
 * one makes the commits beside it wait for the disk. */
const CHECKPOINT_PAGES = 8000
/** A log that has grown to this in spite of all (a reader in another process held it) is cut, which waits for readers. */
const TRUNCATE_BYTES = 64 * 1024 * 1024
const PAGE_BYTES = 4096
/** Pages a batch dirties besides those its segments fill: of the tables that are only appended to, and of each entity an entry and its place in the index. */
const PAGES_A_BATCH = 2
const PAGES_AN_ENTITY = 2

/**
 * Keeps the write-ahead log short. Written over again from its beginning, a log costs a third of the fsync of one that
 * grows; and SQLite begins it anew only when a writer finds all of it checkpointed. So the bulk is moved on the thread, and
 * what was written meanwhile, a few pages, here.
 */
export class Checkpointer {
  readonly #file: string
  readonly #checkpoints: Checkpoints
  #pages = 0
  #busy = false

  constructor(file: string, checkpoints: Checkpoints) {
    this.#file = file
    this.#checkpoints = checkpoints
  }

  /** Notes what is about to be written. @param width how many entities it is about */
  written(batch: readonly Commit[], width: number): void {
    let bytes = 0
    for (const { entities } of batch) {
      for (const { writes } of entities)
        for (const { segment, undo } of writes) bytes += (segment?.length ?? 0) + (undo?.length ?? 0)
    }
    this.#pages += PAGES_A_BATCH + PAGES_AN_ENTITY * width + Math.ceil(bytes / PAGE_BYTES)
    if (this.#pages >= CHECKPOINT_PAGES && !this.#busy) void this.#run()
  }

  /** Cuts the log when much has been written past the commits. */
  async filled(): Promise<void> {
    if (logBytes(this.#file) >= TRUNCATE_BYTES) await this.#checkpoints.away('truncate')
  }

  async #run(): Promise<void> {
    this.#busy = true
    this.#pages = 0
    try {
      await this.#checkpoints.away(logBytes(this.#file) < TRUNCATE_BYTES ? 'passive' : 'truncate')
      this.#checkpoints.here()
    } catch {
      // A reader or another process's checkpoint is in the way: the next one will do. A broken disk shows at the next commit.
    } finally {
      this.#busy = false
    }
  }
}

function logBytes(file: string): number {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
}
