/** Between the name of a group and the names of its steps. */
export const WITHIN = '>'

/** Steps of a run that belong together, while its code is at work. */
export class Group {
  readonly #prefix: string
  readonly #outer: Group | undefined
  readonly #work: (change: 1 | -1) => void
  /** Of its own steps and groups: those that wait. */
  #waits = 0
  #isOver = false

  /** @param work is told when the group begins to be at work, and when it does not go on by itself any more */
  constructor(name: string, outer: Group | undefined, work: (change: 1 | -1) => void) {
    this.#prefix = name + WITHIN
    this.#outer = outer
    this.#work = work
    work(1)
  }

  /** This one; what goes on after its end belongs to the one around it. */
  get open(): Group | undefined {
    return this.#isOver ? this.#outer?.open : this
  }

  /** The whole name of a step in it. */
  nameOf(step: string): string {
    return this.#prefix + step
  }

  /** Something in it waits: it holds nobody until `resume`. */
  pause(): void {
    if (this.#waits++ > 0 || this.#isOver) return
    this.#work(-1)
    this.#outer?.pause()
  }

  resume(): void {
    if (--this.#waits > 0 || this.#isOver) return
    this.#work(1)
    this.#outer?.resume()
  }

  end(): void {
    this.#isOver = true
    if (this.#waits === 0) this.#work(-1)
    else this.#outer?.resume()
  }
}
