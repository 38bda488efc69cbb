/** Something that is due at a moment. */
export interface Due {
  readonly at: number
  deliver(): void
}

interface Entry<Owner> extends Due {
  readonly owner: Owner
  readonly id: string | undefined
}

/** What is to happen later, by its moment; of one moment, in the order it was set. */
export class Timetable<Owner> {
  #entries: Entry<Owner>[] = []

  /** A timer of the same owner and id replaces the one before. */
  set(at: number, owner: Owner, id: string | undefined, deliver: () => void): void {
    let place = this.#entries.length
    while (place > 0 && (this.#entries[place - 1]?.at ?? 0) > at) place--
    this.#entries.splice(place, 0, { at, owner, id, deliver })
  }

  /** The first that is due by `until`, taken out. */
  take(until: number): Due | undefined {
    const [first] = this.#entries
    return first !== undefined && first.at <= until ? this.#entries.shift() : undefined
  }

  cancel(owner: Owner, id: string): void {
    this.#entries = this.#entries.filter((entry) => entry.owner !== owner || entry.id !== id)
  }

  forget(owner: Owner): void {
    this.#entries = this.#entries.filter((entry) => entry.owner !== owner)
  }
}
