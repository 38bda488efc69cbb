import { Refusal } from '../refusal.ts'

/** The open feeds of a server: so many at most, and all of them end with it. */
export class Subscriptions {
  readonly #most: number
  readonly #open = new Set<() => void>()
  #closed = false
  #lagMs = 0

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#open.size
  }

  /** @throws unavailable when there are too many, or the server is closing. */
  check(): void {
    if (this.#closed)
      throw new Refusal(503, 'unavailable', 'The server is closing; connect again', { reason: 'closed' }, { 'retry-after': '1' })
    if (this.#open.size < this.#most) return
    const message = `Expected at most ${this.#most} open feeds, this would be one more; close one, or watch several ids in one`
    throw new Refusal(503, 'unavailable', message, { reason: 'overloaded' }, { 'retry-after': '5' })
  }

  /** Notes how long after its commit a change was told, in milliseconds. */
  told(lagMs: number): void {
    this.#lagMs = Math.max(this.#lagMs, lagMs)
  }

  /** The longest lag since this was last asked. */
  takeLag(): number {
    const lag = this.#lagMs
    this.#lagMs = 0
    return lag
  }

  add(end: () => void): void {
    this.#open.add(end)
  }

  delete(end: () => void): void {
    this.#open.delete(end)
  }

  closeAll(): void {
    this.#closed = true
    for (const end of [...this.#open]) end()
  }
}
