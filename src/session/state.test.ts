import { describe, expect, test } from 'vitest'
import { HoldfastError } from '../core/index.ts'
import { defineSession } from './index.ts'
import { collect, onEveryEngine } from './world.testing.ts'

interface Shop {
  cart: { items: { sku: string; qty: number }[]; note?: string }
  seen: Map<string, Date>
  flags: Set<string>
}
const Shop = defineSession<Shop>('shop')

const fresh = (): Shop => ({ cart: { items: [{ sku: 'a', qty: 1 }] }, seen: new Map(), flags: new Set() })

const code = (expected: string) => expect.objectContaining({ name: 'HoldfastError', code: expected })

onEveryEngine((open) => {
  describe('being', () => {
    test('S1 a handle makes nothing, the first write does', async () => {
      const { hf } = await open()
      const session = hf.session('a')
      expect(await session.get()).toEqual({})
      expect(await session.get('x.y')).toBeUndefined()
      for (const missing of [
        () => session.inspect(),
        () => session.at(1),
        () => session.diff(1),
        () => session.fork('b'),
        () => session.destroy(),
        () => collect(session.history()),
      ])
        await expect(missing()).rejects.toEqual(code('not_found'))
      expect((await hf.sessions.list()).sessions).toEqual([])
      await session.set('x', 1)
      expect(await session.inspect()).toMatchObject({ id: 'a', revision: 1, status: 'open', state: { x: 1 } })
    })

    test('S1 a decision that only reads makes nothing', async () => {
      const { hf } = await open()
      const Counter = defineSession('counter', { schema: { n: withDefault(7) } })
      const { value } = await hf.commit((tx) => tx.session(Counter, 'a').get('n'))
      expect(value).toBe(7)
      expect((await hf.sessions.list()).sessions).toEqual([])
    })

    test('S2 a write that changes nothing is no revision', async () => {
      const { hf } = await open()
      const session = hf.session('a', { user: 'u' })
      expect(await session.set('x', { y: [1] })).toBe(1)
      expect(await session.set('x', { y: [1] })).toBe(1)
      expect(await session.delete('nothing')).toBe(1)
      await session.update((state) => {
        state.x = { y: [1] }
      })
      expect(await session.set('x.y[1]', 2)).toBe(2)
      for (const value of [1, 2, 3]) expect(await session.set('user:lang', value)).toBe(2)
      expect((await session.inspect()).revision).toBe(2)
    })

    test('S2 a write is answered with the revision it came to, also when it is repeated later, or the session was dropped from memory', async () => {
      const { hf } = await open({ cacheBytes: 0 })
      const session = hf.session('a')
      expect(await session.set('x', 1, { key: 'first' })).toBe(1)
      const several = [2, 3, 4].map((value) => session.set('x', value))
      expect(await Promise.all(several)).toEqual([2, 3, 4])
      expect(await session.set('x', 1, { key: 'first' })).toBe(1)
      expect(await session.delete('x', { key: 'last' })).toBe(5)
      await session.set('x', 5)
      expect(await session.delete('x', { key: 'last' })).toBe(5)
    })

    test('S3 destroyed, a session is gone but for its past; written to, it is a new one that counts on', async () => {
      const { hf } = await open()
      const session = hf.session('a')
      await session.set('x', 1)
      await session.set('temp:t', 1)
      await session.tag('hot')
      await session.destroy()
      expect(await session.get()).toEqual({})
      expect(await session.get('temp:t')).toBeUndefined()
      await expect(session.inspect()).rejects.toEqual(code('not_found'))
      await expect(session.destroy()).rejects.toEqual(code('not_found'))
      expect((await hf.sessions.list({ tag: 'hot' })).sessions).toEqual([])
      expect((await session.at(2)).state).toEqual({ x: 1 })
      expect((await session.at(3)).state).toEqual({})
      await session.set('y', 2)
      expect(await session.inspect()).toMatchObject({ revision: 4, state: { y: 2 }, tags: [] })
      expect((await collect(session.history())).map((each) => each.op)).toEqual(['create', 'delete', 'write', 'create'])
      expect(await session.diff(2)).toEqual([
        { path: 'x', op: 'remove', before: 1 },
        { path: 'y', op: 'add', after: 2 },
      ])
    })

    test('S4 ifRevision', async () => {
      const { hf } = await open()
      const session = hf.session('a')
      expect(await session.set('x', 1, { ifRevision: 0 })).toBe(1)
      await expect(session.set('x', 2, { ifRevision: 0 })).rejects.toMatchObject({ code: 'conflict', details: { current: 1 } })
      expect(await session.set('x', 2, { ifRevision: 1 })).toBe(2)
      const racing = [1, 2, 3].map((value) => session.set('x', value, { ifRevision: 2 }))
      const results = await Promise.allSettled(racing)
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
      await expect(session.destroy({ ifRevision: 9 })).rejects.toEqual(code('conflict'))
      await session.destroy({ ifRevision: 3 })
      await expect(session.set('x', 1, { ifRevision: 0 })).rejects.toEqual(code('conflict'))
      expect(await session.get()).toEqual({})
    })

    test('S5 what a write was about', async () => {
      const { hf } = await open()
      const session = hf.session('a')
      await session.set('x', 1, {
        event: { name: 'ordered', data: { at: new Date(5) } },
        cause: 'm1',
        source: 'user',
        trust: 'low',
      })
      await session.tag('t')
      const [tagged, ordered] = await collect(session.history())
      expect(ordered).toMatchObject({
        event: { name: 'ordered', data: { at: new Date(5) } },
        cause: 'm1',
        source: 'user',
        trust: 'low',
      })
      expect(tagged).toMatchObject({ event: { name: 'tag', data: ['t'] }, actor: 'local' })
    })
  })

  describe('writing', () => {
    test('S6 the state is changed in place', async () => {
      const world = await open()
      const session = world.hf.session(Shop, 'a')
      await session.update((state) => {
        Object.assign(state, fresh())
      })
      await session.update((state) => {
        const [first] = state.cart.items
        if (first) first.qty += 4
        state.cart.items.push({ sku: 'b', qty: 2 })
        state.cart.note = 'soon'
        state.seen.set('b', new Date(7)).get('b')?.setTime(8)
        state.flags.add('vip')
      })
      await world.restart()
      const again = world.hf.session(Shop, 'a')
      await again.update((state) => {
        delete state.cart.note
        state.cart.items.splice(0, 1)
        state.seen.get('b')?.setTime(9)
      })
      const expected = { cart: { items: [{ sku: 'b', qty: 2 }] }, seen: new Map([['b', new Date(9)]]), flags: new Set(['vip']) }
      expect(await again.get()).toEqual(expected)
    })

    test('S6 new names come last, replaced values keep their place, deleted ones lose it', async () => {
      const world = await open()
      const session = world.hf.session('a')
      for (const name of ['c', 'a', 'b']) await session.set(name, { z: 1, y: 2 })
      await session.set('c', 1)
      await session.set('a.x', 3)
      await session.update((state) => {
        delete state.a
        state.a = { y: 1, z: 2 }
        state.d = 1
      })
      await world.restart()
      const state = await world.hf.session('a').get()
      expect(Object.keys(state)).toEqual(['c', 'b', 'a', 'd'])
      expect(Object.keys(state.a as object)).toEqual(['y', 'z'])
    })

    test('S7 paths', async () => {
      const { hf } = await open()
      const session = hf.session('a')
      await session.set('cart.items[0].qty', 1)
      await session.set('cart.items[1]', { qty: 2 })
      await session.set('["odd.name"]["a[0]"]', 'x')
      await session.set('m', new Map([['k', { deep: 1 }]]))
      await session.set('m.k.deep', 2)
      expect(await session.get()).toEqual({
        cart: { items: [{ qty: 1 }, { qty: 2 }] },
        'odd.name': { 'a[0]': 'x' },
        m: new Map([['k', { deep: 2 }]]),
      })
      expect(await session.get('cart.items[1].qty')).toBe(2)
      expect(await session.get('["odd.name"]')).toEqual({ 'a[0]': 'x' })
      for (const path of ['cart.items[0]', 'cart.items.foo', 'cart.items[7]', 'm.k', 'nothing.at.all', '["odd.name"]'])
        await session.delete(path)
      expect(await session.get()).toEqual({ cart: { items: [{ qty: 2 }] }, m: new Map() })
    })

    test.each([
      ['through a string', 's.x', 1],
      ['through null', 'n.x', 1],
      ['through a Date', 'd.year', 1],
      ['through a Set', 'set.x', 1],
      ['behind the end of an array', 'list[2]', 1],
      ['an item without a number', 'list.first', 1],
      ['an unreadable path', 'list[', 1],
      ['the whole state by a list', '', [1]],
      ['a scope without a name', 'user:', 1],
    ])('S7 refused: %s', async (_, path, value) => {
      const { hf } = await open()
      const session = hf.session('a', { user: 'u' })
      const state = { s: 'text', n: null, d: new Date(1), set: new Set([1]), list: [1] }
      await session.set('', state)
      await expect(session.set(path, value)).rejects.toMatchObject({ code: 'invalid', details: { path } })
      expect(await session.get()).toEqual(state)
      expect((await session.inspect()).revision).toBe(1)
    })

    test('S7 the whole state', async () => {
      const { hf } = await open()
      const session = hf.session('a', { user: 'u' })
      await session.set('', { a: 1, b: 2 })
      await session.set('', { b: 3, c: 4, 'user:lang': 'de', 'temp:t': 5 })
      expect(await session.get()).toEqual({ b: 3, c: 4 })
      expect([await session.get('user:lang'), await session.get('temp:t')]).toEqual(['de', 5])
      await session.delete('')
      expect(await session.get()).toEqual({})
      expect((await session.inspect()).state).toEqual({})
    })

    test('S8 a hundred increments at once, over several handles and both ways of writing', async () => {
      const { hf } = await open()
      const seen = await Promise.all(
        Array.from({ length: 100 }, (_, i) =>
          i % 2 === 0
            ? hf.session<{ n: number }>(defineSession('counter'), 'a').update((state) => {
                state.n = (state.n ?? 0) + 1
                return state.n
              })
            : hf
                .commit((tx) => {
                  const session = tx.session('a')
                  session.set('n', ((session.get('n') as number) ?? 0) + 1)
                  return session.get('n')
                })
                .then(({ value }) => value),
        ),
      )
      expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
      expect((await hf.session('a').inspect()).revision).toBe(100)
    })

    test('S8 one commit sees a session as one thing, however often it asks for it', async () => {
      const { hf } = await open()
      await hf.commit((tx) => {
        tx.session('a').tag('x')
        tx.session('a').set('n', 1)
        tx.session('a').tag('y')
        tx.session('b').set('copy', tx.session('a').get('n'))
      })
      expect(await hf.session('a').inspect()).toMatchObject({ revision: 1, tags: ['x', 'y'], state: { n: 1 } })
      expect(await hf.session('b').get('copy')).toBe(1)
    })

    test('S9 what a callback returns is detached, what it kept is refused', async () => {
      const { hf } = await open()
      const session = hf.session(Shop, 'a')
      let kept: Shop | undefined
      const cart = await session.update((state) => {
        Object.assign(state, fresh())
        kept = state
        return state.cart
      })
      cart.items.push({ sku: 'z', qty: 0 })
      expect(await session.get()).toEqual(fresh())
      expect(() => kept?.cart).toThrow(/used after its update ended/)
      expect(() => {
        if (kept) kept.cart = cart
      }).toThrow(HoldfastError)
    })

    test('S9 an asynchronous callback and one that throws change nothing', async () => {
      const { hf } = await open()
      const session = hf.session('a')
      await session.set('x', 1)
      const waiting = async (state: Record<string, unknown>) => {
        state.x = 2
      }
      await expect(session.update(waiting as unknown as () => void)).rejects.toMatchObject({ code: 'invalid' })
      const failing = session.update((state) => {
        state.x = 3
        throw new RangeError('mine')
      })
      await expect(failing).rejects.toThrow(new RangeError('mine'))
      await session.set('y', 1)
      expect(await session.inspect()).toMatchObject({ revision: 2, state: { x: 1, y: 1 } })
    })

    test('S10 what is read belongs to the reader', async () => {
      const { hf } = await open()
      const session = hf.session('a')
      const original = { plain: { deep: [1] }, map: new Map([['k', { v: 1 }]]), date: new Date(1), bytes: new Uint8Array([1]) }
      await session.set('', original)
      original.plain.deep.push(2)
      const spoil = (state: typeof original): void => {
        attempt(() => state.plain.deep.push(9))
        attempt(() => Object.assign(state.plain, { more: 1 }))
        state.map.set('k', { v: 2 })
        state.date.setTime(2)
        state.bytes[0] = 2
      }
      spoil((await session.get()) as unknown as typeof original)
      spoil((await session.at(1)).state as unknown as typeof original)
      spoil((await session.inspect()).state as unknown as typeof original)
      attempt(() => ((original.map.get('k') ?? { v: 0 }).v = 5))
      const expected = { plain: { deep: [1] }, map: new Map([['k', { v: 1 }]]), date: new Date(1), bytes: new Uint8Array([1]) }
      for (const state of [await session.get(), (await session.at(1)).state, await hf.session('a').get()])
        expect(state).toEqual(expected)
    })
  })
})

/** Frozen values throw when they are changed; copies do not. Both are fine. */
function attempt(change: () => unknown): void {
  try {
    change()
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
  }
}

function withDefault(value: unknown) {
  return { '~standard': { version: 1, vendor: 'test', validate: (given: unknown) => ({ value: given ?? value }) } } as const
}
