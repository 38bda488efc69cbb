import type { Chance } from '../../simulation/chance.ts'

/** The kinds of objects: `register` and `tally` over HTTP, the others through the library. */
const KINDS = { register: 5, tally: 3, session: 2, counter: 2, queue: 2, lease: 1 } as const

/** Every question that was not answered doubles what may have happened: an object of so many is left alone. */
const MOST_UNKNOWN = 4
/** A longer history finds nothing more. */
const MOST_ASKED = 60
/** Live objects of each kind. */
const BREADTH = 2

interface Slot {
  readonly object: string
  asked: number
  unknown: number
}

/** Objects to ask: a few at a time, so that they are contended for, and new ones for those that have been asked enough. */
export class ObjectPool {
  /** All that there were. */
  readonly objects: string[] = []
  readonly #slots = new Map<string, Slot[]>()
  readonly #name: string
  readonly #kinds: Readonly<Record<keyof typeof KINDS, number>>

  /**
   * @param name begins the names of its objects
   * @param withServed whether there is anybody who is asked over HTTP
   */
  constructor(name: string, withServed: boolean) {
    this.#name = name
    this.#kinds = withServed ? KINDS : { ...KINDS, register: 0, tally: 0 }
  }

  /** The object to ask next. */
  pick(chance: Chance): string {
    const kind = chance.weighted(this.#kinds)
    const known = this.#slots.get(kind)?.filter(({ asked, unknown }) => asked < MOST_ASKED && unknown < MOST_UNKNOWN) ?? []
    while (known.length < BREADTH) known.push(this.#fresh(kind))
    this.#slots.set(kind, known)
    const slot = chance.pick(known)
    if (slot === undefined) throw new Error('There is no object')
    slot.asked++
    return slot.object
  }

  /** Takes down that an answer never came. */
  lost(object: string): void {
    for (const slots of this.#slots.values()) for (const slot of slots) if (slot.object === object) slot.unknown++
  }

  #fresh(kind: string): Slot {
    const object = `${this.#name}-${this.objects.length + 1}/${kind}`
    this.objects.push(object)
    return { object, asked: 0, unknown: 0 }
  }
}
