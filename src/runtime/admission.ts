import { HoldfastError } from '../core/index.ts'

/** Lets so many in at once; the others wait in line. */
export class Admission {
  readonly #room: number
  readonly #longest: number
  /** A Set, for taking the first of a long array is slow. */
  readonly #line = new Set<() => void>()
  #inside = 0
  #letting = false
  #empty: (() => void)[] = []

  constructor(room: number, longest: number) {
    this.#room = room
    this.#longest = longest
  }

  /** Those inside and those in line. */
  get size(): number {
    return this.#inside + this.#line.size
  }

  /**
   * Calls `start` as soon as there is room; each start is answered by one `leave`.
   * @throws unavailable when the line is full.
   */
  enter(start: () => void): void {
    if (this.#inside < this.#room && this.#line.size === 0) {
      this.#inside++
      start()
      return
    }
    if (this.#inside >= this.#room && this.#line.size >= this.#longest) throw overloaded(this.#longest)
    this.#line.add(start)
    this.#let()
  }

  leave(): void {
    this.#inside--
    this.#let()
    if (this.size === 0) for (const resolve of this.#empty.splice(0)) resolve()
  }

  /** Resolves when nobody is inside or in line. */
  async emptied(): Promise<void> {
    if (this.size > 0) await new Promise<void>((resolve) => this.#empty.push(resolve))
  }

  /** One that starts may leave at once and let the next one in: a loop, for a call within a call would fill the stack. */
  #let(): void {
    if (this.#letting) return
    this.#letting = true
    for (const start of this.#line) {
      if (this.#inside >= this.#room) break
      this.#line.delete(start)
      this.#inside++
      start()
    }
    this.#letting = false
  }
}

function overloaded(limit: number): HoldfastError<'unavailable'> {
  return new HoldfastError('unavailable', `${limit} decisions are waiting already; slow down and try again`, {
    reason: 'overloaded',
  })
}
