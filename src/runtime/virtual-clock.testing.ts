import type { Clock } from '../core/index.ts'
import { Traffic } from './traffic.testing.ts'

interface Timer {
  readonly at: number
  readonly callback: () => void
}

/** A clock that stands still until it is turned by hand. */
export class VirtualClock implements Clock {
  /** What is under way on engines that answer later: no time passes before they have. */
  readonly traffic = new Traffic()
  #now = Date.UTC(2026, 0, 1)
  /** In the order they were set. */
  readonly #timers = new Set<Timer>()

  /** Whole milliseconds, as every clock tells, whenever timers are due. */
  now(): number {
    return Math.floor(this.#now)
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + Math.max(ms, 0), callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Timers set and neither fired nor cancelled. */
  get pending(): number {
    return this.#timers.size
  }

  /** Turns the clock, firing the timers on the way in order, each at its own time; what they start goes on in between. */
  async turn(ms: number): Promise<void> {
    const end = this.#now + ms
    await this.rest()
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.callback()
      await this.rest()
    }
    this.#now = end
    await this.rest()
  }

  /** Gives everything that needs no time the chance to happen, with every answer that engines owe. */
  async rest(): Promise<void> {
    do await rest()
    while (this.traffic.isFlowing)
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer
    return first
  }
}

/** How long a test waits for what does not come. */
const PATIENCE_MS = 10_000

/** Gives everything that needs no clock and no disk the time to happen. */
export async function rest(turns = 3): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** Resolves when something has come true; a writer thread or a server may take its time. */
export async function until(what: string, isTrue: () => unknown): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  do {
    if (await isTrue()) return
    await rest(1)
  } while (performance.now() < deadline)
  throw new Error(`Waited in vain for: ${what}`)
}
