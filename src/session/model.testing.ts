import fc from 'fast-check'
import { copyRich, toTagged } from '../core/index.ts'
import type { Variables } from './define.ts'

/** One thing to do to a session. Choices are numbers, taken modulo what there is to choose from. */
export type Command =
  | { readonly do: 'change'; readonly session: number; readonly changes: readonly Change[] }
  | { readonly do: 'destroy'; readonly session: number }
  | { readonly do: 'fork'; readonly session: number; readonly revision: number }
  | { readonly do: 'restart' }

/** One change of one variable, by a means that fits what it holds. */
export interface Change {
  readonly name: string
  readonly means: 'replace' | 'delete' | 'grow' | 'shrink' | 'touch' | 'reorder'
  readonly value: unknown
  readonly at: number
}

const NAMES = ['a', 'b', 'c/d', '__proto__', '']

const long = (size: number, i: number) => `${'text '.repeat(size)}${i}`
/** Values of which some are far below the size at which they are split, some just below, some above. */
const values: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    0,
    -0,
    'x',
    null,
    undefined,
    Number.NaN,
    7n,
    new Date(5),
    new Set([1, 'a']),
    /x/g,
    new Uint8Array([1, 2]),
  ),
  fc.record({ x: fc.nat(3), y: fc.constantFrom('one', 'two') }),
  fc.array(fc.nat(9), { maxLength: 4 }),
  fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 150 }))
    .map(([items, size]) => Array.from({ length: items }, (_, i) => long(size, i))),
  fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 150 }))
    .map(([items, size]) => new Map(Array.from({ length: items }, (_, i) => [`k${i}`, { i, text: long(size, i) }]))),
  fc
    .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 200 }))
    .map(([items, size]) => ({ list: Array.from({ length: items }, (_, i) => ({ i, text: long(size, i) })), note: 'n' })),
  fc.integer({ min: 3000, max: 4500 }).map((size) => long(size, 0)),
)

const change: fc.Arbitrary<Change> = fc.record({
  name: fc.constantFrom(...NAMES),
  means: fc.constantFrom('replace', 'replace', 'delete', 'grow', 'grow', 'shrink', 'touch', 'reorder'),
  value: values,
  at: fc.nat(80),
})

/** Courses of up to so many commands. */
export const courses = (maxLength: number): fc.Arbitrary<Command[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 12,
        arbitrary: fc.record({
          do: fc.constant('change' as const),
          session: fc.nat(5),
          changes: fc.array(change, { minLength: 1, maxLength: 3 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('destroy' as const), session: fc.nat(5) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('fork' as const), session: fc.nat(5), revision: fc.nat(30) }) },
      { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
    ),
    { minLength: 3, maxLength },
  )

/** Makes the change, to a draft or to a plain value alike. */
export function apply(state: Variables, { name, means, value, at }: Change): void {
  const old = Object.hasOwn(state, name) ? state[name] : undefined
  if (means === 'delete') delete state[name]
  else if (means === 'replace' || typeof old !== 'object' || old === null) put(state, name, copyRich(value))
  else if (means === 'reorder') {
    delete state[name]
    put(state, name, copyRich(value))
  } else changeInside(old, means, copyRich(value), at)
}

function changeInside(inside: object, means: Change['means'], value: unknown, at: number): void {
  if (Array.isArray(inside)) changeArray(inside, means, value, at)
  else if (inside instanceof Map) {
    const key = `k${at}`
    if (means === 'shrink') inside.delete([...inside.keys()][at % Math.max(inside.size, 1)])
    else inside.set(key, value)
  } else if (inside instanceof Set) inside.add(at)
  else if (inside instanceof Date) inside.setTime(at)
  else if (Object.getPrototypeOf(inside) === Object.prototype) {
    const object = inside as Variables
    if (Array.isArray(object.list) && at % 2 === 0) changeArray(object.list, means, value, at)
    else if (means === 'shrink') delete object[Object.keys(object)[at % Math.max(Object.keys(object).length, 1)] ?? '']
    else object[`n${at % 7}`] = value
  }
}

function changeArray(list: unknown[], means: Change['means'], value: unknown, at: number): void {
  if (means === 'grow') at % 3 === 0 ? list.unshift(value) : list.push(value)
  else if (means === 'shrink')
    at % 3 === 0 ? list.shift() : at % 3 === 1 ? list.pop() : list.splice(at % Math.max(list.length, 1), 2, value)
  else if (list.length > 0) list[at % list.length] = value
}

function put(state: Variables, name: string, value: unknown): void {
  if (Object.hasOwn(state, name) || name !== '__proto__') state[name] = value
  else Object.defineProperty(state, name, { value, writable: true, enumerable: true, configurable: true })
}

/** A text that is the same for values that are the same, the order of their keys included. */
export function exactly(value: unknown): string {
  return JSON.stringify(toTagged(value).json)
}

/** A session as plain values: what it was at each revision. */
export class ModelSession {
  readonly id: string
  /** Index 0 is revision 1. A deleted session holds nothing. */
  readonly states: Variables[] = []
  exists = false

  constructor(id: string) {
    this.id = id
  }

  get now(): Variables {
    return this.exists ? (this.states.at(-1) ?? {}) : {}
  }

  /** What these changes make of it. */
  after(changes: readonly Change[]): Variables {
    const state = copyRich(this.now)
    for (const each of changes) apply(state, each)
    return state
  }

  record(state: Variables, exists: boolean): void {
    this.states.push(state)
    this.exists = exists
  }
}
