import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { HoldfastError } from './errors.ts'
import { exact } from './exact.testing.ts'
import { canonical, copyRich, deepFreeze, equalRich, fromTagged, type Json, MAX_DEPTH, toTagged } from './index.ts'
import { patience, runs } from './runs.testing.ts'

const names = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', '$date', '$map', '$plain', '$bare', '$undefined', '', 'length', '0', '10', '2'),
  fc.string({ unit: 'binary', maxLength: 6 }),
)

/** Strings of any UTF-16 units, lone surrogates included. */
const text = fc.array(fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd7f0, max: 0xe00f })), { maxLength: 8 }).map((units) => {
  return String.fromCharCode(...units)
})

const scalars = fc.oneof(
  text,
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, Number.MIN_VALUE, Number.MAX_SAFE_INTEGER),
  fc.bigInt(),
  fc.date({ noInvalidDate: false }),
  fc.webUrl().map((url) => new URL(url)),
  fc.uint8Array({ maxLength: 40 }),
  fc
    .record({
      source: fc.constantFrom('a/b', '(?:)', '\\d+\n', '[ab]', ''),
      flags: fc.constantFrom('', 'gi', 'y', 'v'),
      at: fc.nat(9),
    })
    .map(({ source, flags, at }) => Object.assign(new RegExp(source, flags), { lastIndex: at })),
)

const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalars,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(names, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
    fc.array(fc.tuple(names, tie('value')), { maxLength: 3 }).map(bare),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
  ),
}))

function bare(entries: readonly (readonly [string, unknown])[]): object {
  const object = Object.create(null) as object
  for (const [name, value] of entries)
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
  return object
}

function refusedAt(path: string, value: unknown): void {
  assert.throws(
    () => toTagged(value),
    (error) => HoldfastError.is(error, 'invalid') && error.details.path === path && error.message.includes(path),
  )
}

describe('rich values', { timeout: patience }, () => {
  test('I9 any value comes back exactly from its JSON text', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const { json, rich } = toTagged(value)
        const back = fromTagged(JSON.parse(JSON.stringify(json)) as Json)
        assert.equal(exact(back), exact(value))
        assert.equal(rich, json !== value)
        if (!rich) assert.equal(exact(JSON.parse(JSON.stringify(value))), exact(value))
      }),
      runs(500),
    )
  })

  test('I9 a copy is exact and shares nothing that could be changed', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const copy = copyRich(value)
        assert.equal(exact(copy), exact(value))
        assert.ok(sharesNothing(value, copy))
      }),
      runs(500),
    )
  })

  test('I9 equal values have one canonical text, whatever the order of their keys', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        assert.equal(canonical(reversed(a)), canonical(a))
        assert.ok(equalRich(a, reversed(copyRich(a))))
        assert.equal(equalRich(a, b), canonical(a) === canonical(b))
      }),
      runs(500),
    )
  })

  test('I9 names that mean something to JavaScript are only names', () => {
    const value = fromTagged(JSON.parse('{"__proto__": {"polluted": true}, "a": {"$plain": {"$date": 1}}}') as Json) as object
    assert.deepEqual(Object.keys(value), ['__proto__', 'a'])
    assert.equal(Object.getPrototypeOf(value), Object.prototype)
    assert.equal(({} as { polluted?: boolean }).polluted, undefined)
  })

  test('I9 what cannot come back exactly is refused with its path', () => {
    class Money {}
    refusedAt('a.b[1]', { a: { b: [0, () => 1] } })
    refusedAt('a', { a: Symbol('s') })
    refusedAt('order', { order: new Money() })
    refusedAt('list[1]', { list: Object.assign(new Array(3), { 0: 1, 2: 3 }) })
    refusedAt('match', { match: /b/.exec('abc') })
    refusedAt('o', { o: { [Symbol('s')]: 1 } })
    refusedAt('bytes', { bytes: Buffer.from('x') })
    refusedAt('when', { when: Object.assign(new Date(0), { zone: 'UTC' }) })
    refusedAt('tags', { tags: Object.assign(new Map(), { kind: 'tags' }) })
    refusedAt('hidden', { hidden: Object.defineProperty({ a: 1 }, 'b', { value: 2 }) })
    refusedAt('bare', { bare: Object.defineProperty(Object.create(null), 'b', { value: 2 }) })
    refusedAt('list', { list: Object.defineProperty([1], 'raw', { value: 2 }) })
    refusedAt('list', { list: Object.assign([1], { [Symbol('s')]: 1 }) })
    refusedAt('tags', { tags: Object.defineProperty(new Set(), 'kind', { value: 'tags' }) })
    refusedAt('bytes', { bytes: Object.assign(new Uint8Array(2), { [Symbol('s')]: 1 }) })
    refusedAt('dates', { dates: new (class Dates extends Date {})() })
    refusedAt('r', { r: Object.assign(/a/, { lastIndex: Number.NaN }) })
    refusedAt('["odd.name"]', { 'odd.name': new WeakMap() })
    refusedAt('m[0][1]', { m: new Map([['k', new Money()]]) })
  })

  test('I9 a getter is read: its value is what is stored', () => {
    const source = {
      get due() {
        return new Date(0)
      },
    }
    assert.deepEqual(fromTagged(toTagged(source).json), { due: new Date(0) })
  })

  test('I12 nesting is refused beyond its limit, and cycles with it', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
    assert.equal(exact(copyRich(nested(MAX_DEPTH))), exact(nested(MAX_DEPTH)))
    assert.throws(() => toTagged(nested(MAX_DEPTH + 1)), { code: 'invalid' })
    const loop: { self?: unknown } = {}
    loop.self = { again: loop }
    assert.throws(() => toTagged(loop), { code: 'invalid' })
  })

  test('I9 a malformed or unknown tag is refused, never guessed', () => {
    const malformed: Json[] = [
      { $date: 'noon' },
      { $date: 5 },
      { $bigint: '1.5' },
      { $number: '7' },
      { $map: [[1]] },
      { $set: {} },
      { $url: 'nowhere' },
      { $regexp: ['(', '', 0] },
      { $bytes: 5 },
      { $bare: [] },
      { $plain: null },
      { $undefined: false },
      { $what: 1 },
      { $toString: 1 },
    ]
    for (const json of malformed) assert.throws(() => fromTagged(json), { code: 'invalid' }, JSON.stringify(json))
  })

  test('I9 freezing says whether it protects the whole value', () => {
    const value = { a: [{ b: 1 }] }
    assert.equal(deepFreeze(value), true)
    assert.ok(Object.isFrozen(value.a[0]))
    assert.equal(deepFreeze({ a: [new Map()] }), false)
  })
})

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, item]) => [name, reversed(item)]),
  )
}

function sharesNothing(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null) return true
  if (a === b) return false
  const members = (value: object): unknown[] =>
    value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : Object.values(value)
  const others = members(b as object)
  return members(a).every((item, i) => sharesNothing(item, others[i]))
}
