import { createHash } from 'node:crypto'
import { canonical } from '../../core/index.ts'
import type { EntityTx } from '../../runtime/index.ts'

/** How many things of a kind a conversation remembers. */
const MOST = 1000

/** What was noted last under ids of any text, inside a decision: with too many, the oldest is forgotten. */
export class Remembered {
  readonly #entity: EntityTx
  readonly #what: string

  /** @param what its keys begin with this */
  constructor(entity: EntityTx, what: string) {
    this.#entity = entity
    this.#what = what
  }

  /** What was noted under an id; undefined when nothing was, or it is forgotten. */
  get(id: string): unknown {
    return this.#entity.get(this.#keyOf(id))
  }

  /** Notes something under an id that nothing is remembered of. */
  put(id: string, value: unknown): void {
    const count = (this.#entity.get(this.#what) as number | undefined) ?? 0
    // The keys of all that is remembered, in a ring: the place of the next one is that of the oldest.
    const place = `${this.#what}-ring/${String(count % MOST).padStart(4, '0')}`
    const oldest = this.#entity.get(place) as string | undefined
    if (oldest !== undefined) this.#entity.delete(oldest)
    const key = this.#keyOf(id)
    this.#entity.set(place, key)
    this.#entity.set(key, value)
    this.#entity.set(this.#what, count + 1)
  }

  /** Ids are of any length and of any characters, keys are not. */
  #keyOf(id: string): string {
    return `${this.#what}/${hash(id)}`
  }
}

/** What tells a value from others: equal ones have the same. @throws invalid for what cannot be stored */
export function fingerprint(value: unknown): string {
  return hash(canonical(value))
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
