import { HoldfastError, type Json } from '../core/index.ts'
import { tooLarge } from './limits.ts'

/** Turns results of the language into JSON, within a limit of characters, items and keys. */
export class ResultReader {
  readonly #most: number
  #taken = 0

  constructor(most: number) {
    this.#most = most
  }

  /** @throws invalid for what JSON cannot hold; too_large */
  read(value: unknown): Json {
    if (value === null || typeof value === 'boolean') return value
    if (typeof value === 'string') return this.#text(value)
    if (typeof value === 'number' || typeof value === 'bigint') return numberOf(value)
    if (Array.isArray(value)) return this.#list(value)
    return this.#object(value)
  }

  #text(value: string): string {
    this.#take(value.length)
    return value
  }

  #list(value: readonly unknown[]): Json {
    this.#take(value.length)
    return value.map((item) => this.read(item))
  }

  #object(value: unknown): Json {
    if (!isPlain(value)) throw noJson('bytes, an optional value or the like')
    const entries = Object.entries(value)
    this.#take(entries.length)
    return Object.fromEntries(entries.map(([key, item]) => [key, this.read(item)]))
  }

  #take(count: number): void {
    this.#taken += count
    if (this.#taken > this.#most) throw tooLarge('a result', this.#most, this.#taken, 'characters, items and keys')
  }
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function numberOf(value: number | bigint): number {
  const found = Number(value)
  if (typeof value === 'bigint' ? Number.isSafeInteger(found) : Number.isFinite(found)) return found
  throw noJson(`the number ${value}`)
}

function noJson(got: string): HoldfastError<'invalid'> {
  return new HoldfastError('invalid', `Expected an expression to give what JSON can hold, got ${got}`, {})
}
