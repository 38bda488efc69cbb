import { seeded } from '../faults/random.ts'

/** Choices that are the same for the same seed and name. Each name is a stream of its own: more choices in one change none in another. */
export class Chance {
  readonly #below: (limit: number) => number

  constructor(seed: number, name: string) {
    let mixed = seed | 0
    for (const letter of name) mixed = Math.imul(mixed ^ (letter.codePointAt(0) ?? 0), 0x01000193)
    this.#below = seeded(mixed)
  }

  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number {
    return this.#below(limit)
  }

  /** A number from 0 up to, not including, 1. */
  fraction(): number {
    return this.#below(2 ** 30) / 2 ** 30
  }

  /** True so often; 0 is never, 1 always. */
  happens(probability: number): boolean {
    return this.fraction() < probability
  }

  /** One of them. */
  pick<Item>(items: readonly [Item, ...Item[]]): Item
  pick<Item>(items: readonly Item[]): Item | undefined
  pick<Item>(items: readonly Item[]): Item | undefined {
    return items[this.below(Math.max(items.length, 1))]
  }

  /** One of the names, each as often as its number says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const names = Object.keys(weights) as Name[]
    let left = this.below(names.reduce((sum, name) => sum + weights[name], 0))
    for (const name of names) {
      left -= weights[name]
      if (left < 0) return name
    }
    throw new Error('There is nothing to choose from')
  }
}
