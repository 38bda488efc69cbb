import { formatPath, HoldfastError, type Json, type Segment } from '../core/index.ts'
import { type MachineJsonLimits, tooLarge } from './limits.ts'

/** Names that mean something to JavaScript: a definition that has them is after more than a machine. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * What was handed over, as JSON of bounded size: a text is parsed, a value is copied, so that nobody changes it later.
 * @throws invalid with line and column of a text, or with the path of what is no JSON; too_large
 */
export function readPlain(source: unknown, limits: MachineJsonLimits): Json {
  if (typeof source !== 'string') return new PlainReader(limits).read(source)
  if (source.length > limits.characters) throw tooLarge('', limits.characters, source.length, 'characters')
  return new PlainReader(limits).read(parse(source))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    const [reason = ''] = error instanceof Error ? error.message.split(/,? "|\n/) : []
    const at = /position (\d+)/.exec(String(error))?.[1]
    const where = placeOf(text, at === undefined ? text.length : Number(at))
    throw new HoldfastError('invalid', `Expected JSON, got a text that ends to be JSON at ${where}: ${reason}`, { path: where })
  }
}

/** Line and column, counted from 1. */
function placeOf(text: string, at: number): string {
  const before = text.slice(0, at).split('\n')
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
}

class PlainReader {
  readonly #limits: MachineJsonLimits
  readonly #path: Segment[] = []
  #values = 0
  #characters = 0

  constructor(limits: MachineJsonLimits) {
    this.#limits = limits
  }

  read(value: unknown): Json {
    if (++this.#values > this.#limits.values) throw this.#tooLarge(this.#limits.values, this.#values, 'values')
    if (value === null || typeof value === 'boolean') return value
    if (typeof value === 'string') return this.#text(value)
    if (typeof value === 'number') return Number.isFinite(value) ? value : this.#refuse(`the number ${value}`)
    if (typeof value !== 'object') return this.#refuse(typeof value)
    if (this.#path.length >= this.#limits.depth) throw this.#tooLarge(this.#limits.depth, this.#path.length + 1, 'levels')
    return Object.freeze(Array.isArray(value) ? this.#list(value) : this.#object(value))
  }

  #list(value: readonly unknown[]): Json[] {
    if (value.length > this.#limits.values) throw this.#tooLarge(this.#limits.values, value.length, 'values')
    return Array.from(value, (item, index) => this.#within(index, item))
  }

  #object(value: object): Record<string, Json> {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) this.#refuse('an object of a class')
    const copy: Record<string, Json> = {}
    for (const [key, item] of Object.entries(value)) copy[this.#key(key)] = this.#within(key, item)
    return copy
  }

  #key(key: string): string {
    if (RESERVED.has(key)) this.#refuse(`the key ${key}, which is reserved`)
    const { keyCharacters } = this.#limits
    if (key.length > keyCharacters) throw this.#tooLarge(keyCharacters, key.length, 'characters of a key')
    return this.#text(key)
  }

  #text(value: string): string {
    this.#characters += value.length
    if (this.#characters > this.#limits.characters) {
      throw this.#tooLarge(this.#limits.characters, this.#characters, 'characters')
    }
    return value
  }

  #within(segment: Segment, value: unknown): Json {
    this.#path.push(segment)
    const read = this.read(value)
    this.#path.pop()
    return read
  }

  #refuse(got: string): never {
    const path = formatPath(this.#path)
    throw new HoldfastError('invalid', `Expected JSON, got ${got} at ${path || 'its beginning'}`, { path })
  }

  #tooLarge(limit: number, actual: number, unit: string): HoldfastError<'too_large'> {
    return tooLarge(formatPath(this.#path), limit, actual, unit)
  }
}
