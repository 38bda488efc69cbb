import type { Clock } from 'holdfast'

/** A clock that is turned by hand, so that what is made in a moment can have happened over days. Timers fire as usual. */
export class PastClock implements Clock {
  #now: number

  constructor(start: number) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  goTo(time: number): void {
    this.#now = Math.max(time, this.#now)
  }

  after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(callback, Math.max(0, Math.min(ms, 1000)))
    return () => clearTimeout(timer)
  }
}
