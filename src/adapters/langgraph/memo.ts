import type { Holder } from './holder.ts'
import type { Serial } from './serial.ts'

/** What is remembered: something that has put values together. */
interface Assembled {
  readonly holders: ReadonlyMap<string, Holder>
}

/** What it costs in memory besides the values. */
const ENTRY_BYTES = 2000
/** As many of a thread as are read to know one. */
const MOST_OF_A_THREAD = 32

interface Known<Kept> {
  readonly record: Uint8Array
  readonly kept: Kept
  readonly bytes: number
}

/**
 * What the latest records of threads have come to, as long as the store keeps the very bytes they were read from: who reads other bytes
 * finds nothing here, so nothing in it can be out of date. Threads used last stay, up to a limit.
 *
 * It is not one Map of records: the tables of a Map that is always written to are garbage of an old generation, and keep alive
 * what they held until that is collected.
 */
export class Memo<Kept extends Assembled> {
  readonly #limit: number
  /** Least recently used first; the oldest of each first. */
  readonly #threads = new Map<string, Known<Kept>[]>()
  #bytes = 0

  constructor(limit = 8 * 1024 * 1024) {
    this.#limit = limit
  }

  get(thread: string, record: Uint8Array): Kept | undefined {
    return this.#threads.get(thread)?.find((known) => known.record === record)?.kept
  }

  /** @param instead what need not be known any more */
  set(thread: string, record: Uint8Array, kept: Kept, instead?: Uint8Array): void {
    const known = this.#threads.get(thread) ?? []
    this.#threads.delete(thread)
    this.#threads.set(thread, known)
    const at = known.findIndex((each) => each.record === record || each.record === instead)
    const [out] = at >= 0 || known.length >= MOST_OF_A_THREAD ? known.splice(Math.max(at, 0), 1) : []
    const bytes = sizeOf(kept)
    known.push({ record, kept, bytes })
    this.#bytes += bytes - (out?.bytes ?? 0)
    for (const [oldest, { length }] of this.#threads) {
      if (this.#bytes <= this.#limit || (oldest === thread && length === 1)) return
      this.#drop(oldest)
    }
  }

  #drop(thread: string): void {
    for (const { bytes } of this.#threads.get(thread) ?? []) this.#bytes -= bytes
    this.#threads.delete(thread)
  }
}

function sizeOf({ holders }: Assembled): number {
  let bytes = ENTRY_BYTES
  for (const { value, milestone } of holders.values()) bytes += lengthOf(value) + lengthOf(milestone?.value)
  return bytes
}

function lengthOf(value: Serial | undefined): number {
  return typeof value === 'string' ? value.length : (value?.bytes.length ?? 0)
}
