/** What histories remember: the number of the history to the numbers of states. Replaced as a whole, never changed. */
export type Memory = ReadonlyMap<number, readonly number[]>

/** Nothing is remembered yet. */
export const NO_MEMORY: Memory = new Map()

/** Reads a memory and notices that it was read, so that what follows from it is not taken for generally true. */
export class Recall {
  readonly #memory: Memory
  readonly #note: { asked: boolean }

  constructor(memory: Memory, note = { asked: false }) {
    this.#memory = memory
    this.#note = note
  }

  /** True once a history was asked for. */
  get asked(): boolean {
    return this.#note.asked
  }

  of(history: number): readonly number[] | undefined {
    this.#note.asked = true
    return this.#memory.get(history)
  }

  /** The same with later memories; asking it counts as asking this one. */
  with(recorded: Iterable<readonly [number, readonly number[]]>): Recall {
    return new Recall(new Map([...this.#memory, ...recorded]), this.#note)
  }
}
