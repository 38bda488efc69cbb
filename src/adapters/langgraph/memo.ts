import type { Holder } from './holder.ts'
import type { Serial } from './serial.ts'

/** What is remembered: something that has put values together. */
interface Assembled {
  readonly holders: ReadonlyMap<string, Holder>
}

/** What it costs in memory besides the values. */
const ENTRY_BYTES = 2000

/**
 * What records have come to, as long as the store keeps the very bytes they were read from: who reads other bytes finds nothing here, so
 * nothing in it can be out of date. Those used last stay, up to a limit.
 */
export class Memo<Kept extends Assembled> {
  readonly #limit: number
  /** Least recently used first. */
  readonly #known = new Map<Uint8Array, { readonly kept: Kept; readonly bytes: number }>()
  #bytes = 0

  constructor(limit = 8 * 1024 * 1024) {
    this.#limit = limit
  }

  get(record: Uint8Array): Kept | undefined {
    const known = this.#known.get(record)
    if (known === undefined) return undefined
    this.#known.delete(record)
    this.#known.set(record, known)
    return known.kept
  }

  set(record: Uint8Array, kept: Kept): void {
    this.delete(record)
    const bytes = sizeOf(kept)
    this.#known.set(record, { kept, bytes })
    this.#bytes += bytes
    for (const oldest of this.#known.keys()) {
      if (this.#bytes <= this.#limit || oldest === record) return
      this.delete(oldest)
    }
  }

  delete(record: Uint8Array): void {
    this.#bytes -= this.#known.get(record)?.bytes ?? 0
    this.#known.delete(record)
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
