import { describe, expect, test } from 'vitest'
import { equalRich } from '../core/index.ts'
import { onEveryEngine } from './world.testing.ts'

const rich: Readonly<Record<string, unknown>> = {
  Date: new Date(1_234_567_890_123),
  'invalid Date': new Date(Number.NaN),
  BigInt: -(2n ** 80n),
  Map: new Map<unknown, unknown>([
    ['k', 1],
    [7, new Map([[new Date(1), 'date']])],
  ]),
  Set: new Set([1, 'a', new Set([Number.NaN])]),
  URL: new URL('https://example.com/a?b=c#d'),
  RegExp: /a+\/b/giu,
  Uint8Array: new Uint8Array([0, 255, 128]),
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
  undefined: undefined,
  null: null,
  'an object without prototype': Object.assign(Object.create(null) as object, { a: 1 }),
  'what looks like a tag': { $date: 'today' },
  'a lone surrogate in text': 'a\ud800b',
  'every kind of text': '\0\u2028\u{1f600}"\\',
  'a large integer': Number.MAX_SAFE_INTEGER,
  'a tiny number': 5e-324,
  nothing: {},
  'no items': [],
}

class Point {
  x = 1
}

onEveryEngine((open) => {
  describe('S23 rich values', () => {
    test.each(Object.entries(rich))('S23 %s', async (_, value) => {
      const world = await open()
      const session = world.hf.session('a')
      await session.set('alone', value)
      await session.set('inside', { list: [value, [value]], map: new Map([['k', value]]), set: new Set([value]) })
      await session.set('alone', 'something else')
      await session.set('alone', value)
      const fork = await session.fork('f')
      await session.set('split', [...Array.from({ length: 700 }, (_item, i) => `padding number ${i} of many`), value])
      await world.restart()
      const again = world.hf.session('a')
      const inside = { list: [value, [value]], map: new Map([['k', value]]), set: new Set([value]) }
      const states = [
        await again.get(),
        (await again.at(4)).state,
        (await again.at(2)).state,
        await world.hf.session(fork.id).get(),
      ]
      for (const state of states) {
        expect(Object.keys(state).slice(0, 2)).toEqual(['alone', 'inside'])
        expectExact(state.alone, value)
        expectExact(state.inside, inside)
      }
      expectExact(((await again.get('split')) as unknown[]).at(-1), value)
      expectExact(await again.get('split[700]'), value)
      expectExact(await again.getAt(5, 'split[700]'), value)
    })
  })

  test.each([
    ['a function', { f: () => 1 }, 'x.f'],
    ['a symbol', [Symbol('s')], 'x[0]'],
    ['a class instance', { deep: [new Point()] }, 'x.deep[0]'],
    ['a Buffer', Buffer.from('abc'), 'x'],
    ['a hole', [1, ...new Array(1), 2].toSpliced(0, 0), undefined],
    ['an Error', new Map([['k', new Error('e')]]), undefined],
    ['a typed array that is no Uint8Array', new Float64Array(1), 'x'],
    ['a symbol as key', { [Symbol('s')]: 1 }, 'x'],
    ['a cycle', cycle(), undefined],
    ['too deep a nesting', nested(200), undefined],
    ['a promise', Promise.resolve(1), 'x'],
  ])('S24 %s', async (what, value, path) => {
    const { hf } = await open()
    const session = hf.session('a')
    await session.set('y', 1)
    if (what === 'a hole') {
      const holes: unknown[] = [1]
      holes[2] = 3
      await expect(session.set('x', holes)).rejects.toMatchObject({ code: 'invalid', details: { path: 'x[1]' } })
    } else {
      const refusal = path === undefined ? { code: 'invalid' } : { code: 'invalid', details: { path } }
      await expect(session.set('x', value)).rejects.toMatchObject(refusal)
    }
    expect(await session.inspect()).toMatchObject({ revision: 1, state: { y: 1 } })
  })

  const names = [
    '__proto__',
    'constructor',
    'toString',
    'a/b',
    'a~b',
    'a~1b',
    'a.b',
    'a[0]',
    '',
    '0',
    '-1',
    'user',
    '.session',
    'ü',
    '😀',
    '\u{10ffff}',
    'x'.repeat(512),
    '$date',
    'length',
    '\u0001',
  ]

  test.each(names)('S25 the name %j', async (name) => {
    const world = await open()
    const path = `[${JSON.stringify(name)}]`
    const session = world.hf.session('a')
    await session.set(path, { [name]: 1 })
    await session.set(`deep${path}${path}`, 2)
    await session.update((state) => {
      expect(Object.hasOwn(state, name)).toBe(true)
      expect((state[name] as Record<string, unknown>)[name]).toBe(1)
    })
    await world.restart()
    const again = world.hf.session('a')
    const expected = own(name, own(name, 1))
    const state = await again.get()
    expect(Object.keys(state)).toContain(name)
    expect(equalRich(state, { ...own(name, own(name, 1)), deep: own(name, own(name, 2)) })).toBe(true)
    expect(Object.getPrototypeOf(state)).toBe(Object.prototype)
    expect(await again.get(`${path}${path}`)).toBe(1)
    expect(equalRich((await again.at(1)).state, expected)).toBe(true)
    expect((await again.diff(1)).map((each) => each.path)).toEqual(['deep'])
    await again.delete(`${path}${path}`)
    expect(await again.get(`${path}${path}`)).toBeUndefined()
    await again.delete(path)
    expect(Object.keys(await again.get())).toEqual(['deep'])
  })

  test('S25 names are all there when their object is split', async () => {
    const world = await open()
    const all = names.reduce<Record<string, unknown>>(
      (object, name, i) => Object.assign(object, {}) && define(object, name, { i, text: 'x'.repeat(1000) }),
      {},
    )
    await world.hf.session('a').set('all', all)
    await world.hf.session('a').update((state) => {
      for (const name of names) ((state.all as Record<string, unknown>)[name] as { i: number }).i += 100
    })
    await world.restart()
    const read = (await world.hf.session('a').get('all')) as Record<string, { i: number }>
    expect(Object.keys(read).toSorted()).toEqual(names.toSorted())
    for (const [i, name] of names.entries()) expect(Object.getOwnPropertyDescriptor(read, name)?.value.i).toBe(i + 100)
  })

  test.each(['\ud800', 'a\udfffb', 'nul\0'])('S25 refused: the name %j', async (name) => {
    const { hf } = await open()
    const session = hf.session('a')
    await expect(session.set(`[${JSON.stringify(name)}]`, 1)).rejects.toMatchObject({ code: 'invalid' })
    await expect(session.update((state) => Object.assign(state, { [name]: 1 }) && undefined)).rejects.toMatchObject({
      code: 'invalid',
    })
    await expect(hf.session(name).set('x', 1)).rejects.toMatchObject({ code: 'invalid' })
  })

  test('S25 refused: a name of more than 512 characters', async () => {
    const session = (await open()).hf.session('a')
    await expect(session.set('x'.repeat(513), 1)).rejects.toMatchObject({ code: 'invalid' })
  })

  describe('size', () => {
    test('S26 an object of 10,000 keys', async () => {
      const world = await open()
      const session = world.hf.session('a')
      const big = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key ${i}`, { i }]))
      await session.set('big', big)
      await session.update((state) => {
        const draft = state.big as Record<string, { i: number }>
        draft['key 7'] = { i: -7 }
        delete draft['key 8']
        draft['one more'] = { i: 1 }
        expect(Object.keys(draft)).toHaveLength(10_000)
      })
      await world.restart()
      const rest: Record<string, unknown> = { ...big, 'key 7': { i: -7 }, 'one more': { i: 1 } }
      delete rest['key 8']
      const read = await world.hf.session('a').get('big')
      expect(read).toEqual(rest)
      expect(Object.keys(read as object)).toEqual(Object.keys(rest))
      expect((await world.hf.session('a').at(1)).state).toEqual({ big })
      const [last] = await Array.fromAsync(world.hf.session('a').history({ limit: 1 }))
      expect(last?.paths.toSorted()).toEqual(
        ['big["key 7"]', 'big["key 8"]', 'big["one more"]'].map((path) => path.replaceAll(/\["(.*)"\]/g, '.$1')).toSorted(),
      )
    })

    test('S26 a list of 100,000 items, appended to and read', async () => {
      const world = await open()
      const session = world.hf.session('a')
      const item = (i: number) => ({ i, text: `item ${i}` })
      for (let from = 0; from < 100_000; from += 20_000) {
        await session.update((state) => {
          state.list ??= []
          for (let i = from; i < from + 20_000; i++) (state.list as unknown[]).push(item(i))
        })
      }
      await world.restart()
      const again = world.hf.session('a')
      const length = await again.update((state) => (state.list as unknown[]).push(item(100_000)))
      expect(length).toBe(100_001)
      const [last] = await Array.fromAsync(again.history({ limit: 1 }))
      expect(last?.paths).toEqual(['list', 'list[100000]'])
      const list = (await again.get('list')) as ReturnType<typeof item>[]
      expect(list).toHaveLength(100_001)
      expect(list.every((each, i) => each.i === i)).toBe(true)
      expect(await again.get('list[99999]')).toEqual(item(99_999))
      expect(await again.getAt(5, 'list[100000]')).toBeUndefined()
    })

    test('S26 a cold list can be walked in an update', async () => {
      const world = await open()
      await world.hf.session('a').set(
        'list',
        Array.from({ length: 20_000 }, (_, i) => i),
      )
      await world.restart()
      const sum = await world.hf.session('a').update((state) => (state.list as number[]).reduce((total, each) => total + each, 0))
      expect(sum).toBe((20_000 * 19_999) / 2)
    })

    test('S26 a value that grows past the limit and shrinks again', async () => {
      const world = await open()
      const session = world.hf.session('a')
      const states: unknown[] = []
      for (const size of [10, 5000, 10, 0, 3000, 3]) {
        await session.set(
          'list',
          Array.from({ length: size }, (_, i) => ({ i, text: 'some text' })),
        )
        await session.set('map', new Map(Array.from({ length: size }, (_, i) => [`k${i}`, `some text ${i}`])))
        states.push(await session.get())
      }
      await world.restart()
      const again = world.hf.session('a')
      for (const [i, state] of states.entries()) expect((await again.at(2 * i + 2)).state).toEqual(state)
    })
  })
})

function expectExact(actual: unknown, expected: unknown): void {
  expect(actual).toEqual(expected)
  expect(equalRich(actual, expected)).toBe(true)
}

function own(name: string, value: unknown): Record<string, unknown> {
  return define({}, name, value)
}

function define(object: Record<string, unknown>, name: string, value: unknown): Record<string, unknown> {
  return Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
}

function cycle(): object {
  const list: unknown[] = []
  list.push({ list })
  return list
}

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)]
}
