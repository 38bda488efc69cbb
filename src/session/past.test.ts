import { describe, expect, test } from 'vitest'
import { differences, type Session } from './index.ts'
import { collect, onEveryEngine } from './world.testing.ts'

const notFound = { code: 'not_found' }
const invalid = { code: 'invalid' }

/** A list and a Map too large to be one entry. */
const large = (size: number) => ({
  list: Array.from({ length: size }, (_, i) => ({ i, text: 'as long as it has to be' })),
  map: new Map(Array.from({ length: size }, (_, i) => [`key ${i}`, `as long as it has to be ${i}`])),
})

onEveryEngine((open) => {
  test('S33 history, either way, in part, with what changed', async () => {
    const { hf, clock } = await open()
    const session = hf.session('a')
    await session.set('cart.items[0]', 1)
    await clock.turn(1000)
    await session.set('big', large(1000))
    await session.update((state) => {
      const big = state.big as ReturnType<typeof large>
      big.list[3] = { i: -3, text: 'x' }
      big.map.delete('key 5')
      big.list.shift()
      state.other = 1
    })
    await session.tag('t')
    await session.delete('big')
    const all = await collect(session.history())
    expect(all.map(({ revision }) => revision)).toEqual([5, 4, 3, 2, 1])
    expect(all.map(({ paths }) => paths.toSorted())).toEqual([
      ['big'],
      [],
      ['big.list', 'big.list[2]', 'big.map', 'big.map.key 5', 'other'].filter((path) => all[2]?.paths.includes(path)),
      expect.arrayContaining(['big']),
      ['cart'],
    ])
    expect(all[2]?.paths).toEqual(expect.arrayContaining(['big.list[2]', 'big.map.key 5', 'other']))
    expect(all[4]?.at).toBe(clock.now() - 1000)
    const numbers = async (options: Parameters<Session['history']>[0]) =>
      (await collect(session.history(options))).map(({ revision }) => revision)
    expect(await numbers({ order: 'oldest' })).toEqual([1, 2, 3, 4, 5])
    expect(await numbers({ limit: 2 })).toEqual([5, 4])
    expect(await numbers({ from: 2, to: 3, order: 'oldest' })).toEqual([2, 3])
    expect(await numbers({ from: 2, limit: 1, order: 'oldest' })).toEqual([2])
    expect(await numbers({ from: 9 })).toEqual([])
    const unusable = [{ limit: -1 }, { limit: 0 }, { limit: Number.NaN }, { limit: 1.5 }, { order: 'zz' }]
    for (const options of unusable as Parameters<Session['history']>[0][])
      await expect(numbers(options)).rejects.toMatchObject({ code: 'invalid', details: { path: Object.keys(options ?? {})[0] } })
  })

  test('S33 a long history is whole', async () => {
    const { hf } = await open()
    const session = hf.session('a')
    await Promise.all(Array.from({ length: 300 }, (_, i) => session.set('n', i)))
    for (const order of ['oldest', 'newest'] as const) {
      const found = (await collect(session.history({ order }))).map(({ revision }) => revision)
      expect(order === 'oldest' ? found : found.toReversed()).toEqual(Array.from({ length: 300 }, (_, i) => i + 1))
    }
  })

  test('S34 at a revision, at a time, and where there is nothing', async () => {
    const world = await open()
    const { clock } = world
    const session = world.hf.session('a')
    const start = clock.now()
    for (const n of [1, 2, 3]) {
      await session.set('n', n)
      await clock.turn(1000)
    }
    await world.restart()
    const again = world.hf.session('a')
    expect(await again.at(2)).toEqual({ revision: 2, at: start + 1000, state: { n: 2 } })
    expect(await again.getAt(1, 'n')).toBe(1)
    expect(await again.getAt(1, 'never.was')).toBeUndefined()
    expect((await again.at(new Date(start + 999))).revision).toBe(1)
    expect((await again.at(new Date(start + 1000))).revision).toBe(2)
    expect((await again.at(new Date(start + 9_999_999))).revision).toBe(3)
    for (const moment of [4, 99, new Date(start - 1)]) await expect(again.at(moment)).rejects.toMatchObject(notFound)
    for (const moment of [0, -1, 1.5, Number.NaN, new Date(Number.NaN)]) {
      await expect(again.at(moment)).rejects.toMatchObject(invalid)
      await expect(again.getAt(moment, 'n')).rejects.toMatchObject(invalid)
    }
    await expect(world.hf.session('never').at(1)).rejects.toMatchObject(notFound)
  })

  test('S34 the last of several revisions of one time counts', async () => {
    const { hf, clock } = await open()
    const session = hf.session('a')
    for (const n of [1, 2, 3]) await session.set('n', n)
    expect(await session.at(new Date(clock.now()))).toMatchObject({ revision: 3, state: { n: 3 } })
  })

  test('S35 diff names the places', async () => {
    const { hf } = await open()
    const session = hf.session('a')
    await session.set('', { same: [1], changed: { a: 1, b: [1, 2] }, gone: new Map([['k', 1]]), kind: [1], set: new Set([1]) })
    await session.set('', { same: [1], changed: { a: 2, b: [1] }, kind: { 0: 1 }, set: new Set([2]), more: undefined })
    expect(await session.diff(1)).toEqual([
      { path: 'changed.a', op: 'change', before: 1, after: 2 },
      { path: 'changed.b[1]', op: 'remove', before: 2 },
      { path: 'gone', op: 'remove', before: new Map([['k', 1]]) },
      { path: 'kind', op: 'change', before: [1], after: { 0: 1 } },
      { path: 'set', op: 'change', before: new Set([1]), after: new Set([2]) },
      { path: 'more', op: 'add', after: undefined },
    ])
    expect(await session.diff(2, 1)).toHaveLength(6)
    expect(await session.diff(1, 1)).toEqual([])
    await session.destroy()
    expect((await session.diff(2)).map(({ op }) => op)).toEqual(['remove', 'remove', 'remove', 'remove', 'remove'])
  })

  test('S35 differences of any two values', () => {
    expect(differences(Number.NaN, Number.NaN)).toEqual([])
    expect(differences(0, -0)).toEqual([{ path: '', op: 'change', before: 0, after: -0 }])
    expect(differences({ ['__proto__']: 1 }, {})).toEqual([{ path: '__proto__', op: 'remove', before: 1 }])
    expect(differences(new Map([['a.b', 1]]), new Map([['a.b', 2]]))).toEqual([
      { path: '["a.b"]', op: 'change', before: 1, after: 2 },
    ])
    expect(differences(new Map([[1, 1]]), new Map([[1, 1]]))).toEqual([])
  })

  describe('forks', () => {
    test('S36 a fork and its origin go their own ways', async () => {
      const world = await open()
      const session = world.hf.session('a', { user: 'ann' })
      const start = { n: 1, big: large(900), gone: 'soon' }
      await session.set('', start)
      await session.tag('t')
      const fork = await session.fork('f')
      await session.update((state) => {
        delete state.gone
        state.n = 2
        ;(state.big as ReturnType<typeof large>).list.push({ i: -1, text: 'origin' })
      })
      expect(await fork.get()).toEqual(start)
      await fork.update((state) => {
        ;(state.big as ReturnType<typeof large>).map.delete('key 3')
        ;(state.big as ReturnType<typeof large>).list.length = 500
        state.only = 'fork'
      })
      await fork.delete('n')
      await world.restart()
      const [one, two] = [world.hf.session('a'), world.hf.session('f')]
      const expected = { ...start, big: large(900), only: 'fork' } as Record<string, unknown>
      delete expected.n
      ;(expected.big as ReturnType<typeof large>).map.delete('key 3')
      ;(expected.big as ReturnType<typeof large>).list.length = 500
      expect(await two.get()).toEqual(expected)
      expect((await two.at(1)).state).toEqual(start)
      expect((await two.at(2)).state).toEqual({ ...expected, n: 1 })
      expect(((await one.get('big.list')) as unknown[]).length).toBe(901)
      expect(await one.get('gone')).toBeUndefined()
      expect(await two.inspect()).toMatchObject({ user: 'ann', tags: ['t'], origin: { session: 'a', revision: 2 }, revision: 3 })
      await one.destroy()
      expect(await two.get()).toEqual(expected)
      await two.destroy()
      expect((await two.at(3)).state).toEqual(expected)
      expect((await two.at(1)).state).toEqual(start)
      await two.set('new', 1)
      expect(await two.get()).toEqual({ new: 1 })
    })

    test('S36 a key deleted in a fork is gone there, before and after, and nowhere else', async () => {
      const { hf } = await open()
      const session = hf.session('a')
      await session.set('', { x: 1, y: 2 })
      const fork = await session.fork('f')
      await fork.delete('x')
      await fork.set('x', 3)
      await fork.delete('x')
      const states = await Promise.all([1, 2, 3, 4].map(async (revision) => (await fork.at(revision)).state))
      expect(states).toEqual([{ x: 1, y: 2 }, { y: 2 }, { y: 2, x: 3 }, { y: 2 }])
      expect(await fork.getAt(2, 'x')).toBeUndefined()
      expect(await session.get()).toEqual({ x: 1, y: 2 })
    })

    test('S36 of a past, also of a deleted session; not of its deletion, and not under a used id', async () => {
      const { hf } = await open()
      const session = hf.session('a')
      await session.set('x', 1)
      await session.set('x', 2)
      await session.destroy()
      const fork = await session.fork('f', { at: 1 })
      expect(await fork.get()).toEqual({ x: 1 })
      await expect(session.fork('g')).rejects.toMatchObject(notFound)
      await expect(session.fork('g', { at: 3 })).rejects.toMatchObject(notFound)
      await expect(session.fork('f', { at: 1 })).rejects.toMatchObject({ code: 'conflict', details: { current: 1 } })
      await expect(fork.fork('a')).rejects.toMatchObject({ code: 'conflict' })
      await session.set('x', 9)
      expect(await fork.get()).toEqual({ x: 1 })
      expect(await (await session.fork('h')).get()).toEqual({ x: 9 })
    })

    test('S36 S6 new names come last in a fork too', async () => {
      const { hf } = await open()
      const session = hf.session('a')
      for (const name of ['c', 'a', 'b']) await session.set(name, 1)
      for (let n = 0; n < 20; n++) await session.set('a', n)
      await session.set('d', 1)
      const fork = await session.fork('f')
      await fork.set('aa', 1)
      const second = await fork.fork('g')
      await second.set('0a', 1)
      expect(Object.keys(await second.get())).toEqual(['c', 'a', 'b', 'd', 'aa', '0a'])
    })

    test('S37 forks of forks of forks, each with its own past; at most 4 origins deep', async () => {
      const world = await open()
      const expected: Record<string, unknown>[] = [{ n: 0, big: large(700).list }]
      await world.hf.session('s0').set('', expected[0])
      for (let i = 1; i <= 11; i++) {
        const before = world.hf.session(`s${i - 1}`)
        const fork = await before.fork(`s${i}`)
        await before.set('late', i)
        await fork.update((state) => {
          state[`own${i}`] = i
          state.n = i
          ;(state.big as unknown[]).push(i)
          delete state[`own${i - 2}`]
        })
        const { [`own${i - 2}`]: _, ...kept } = expected[i - 1] ?? {}
        expected.push({ ...kept, [`own${i}`]: i, n: i, big: [...(kept.big as unknown[]), i] })
      }
      const { engine } = world.hf.store
      const depths: number[] = []
      for (let i = 0; i <= 11; i++) {
        let depth = 0
        for (
          let row = await engine.entity(world.hf.session(`s${i}`).ref);
          row?.origin;
          row = await engine.entityByNum(row.origin.num)
        )
          depth++
        depths.push(depth)
      }
      expect(depths).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1])
      const look = async (): Promise<void> => {
        for (const [i, state] of expected.entries()) {
          const session = world.hf.session(`s${i}`)
          expect(await session.get()).toEqual(i < 11 ? { ...state, late: i + 1 } : state)
          if (i > 0) {
            expect((await session.at(2)).state).toEqual(state)
            expect((await session.at(1)).state).toEqual(expected[i - 1])
            expect((await session.inspect()).origin).toEqual({ session: `s${i - 1}`, revision: i === 1 ? 1 : 2 })
          }
        }
      }
      await look()
      await world.restart()
      await look()
      await world.hf.session('s4').destroy()
      expect(await world.hf.session('s5').get()).toEqual({ ...expected[5], late: 6 })
    })
  })

  test('S38 watch tells each change once, in order, from now or behind a cursor', async () => {
    const { hf } = await open()
    const session = hf.session('a')
    await session.set('before', 1)
    const ended = new AbortController()
    const watching = take(session.watch({ signal: ended.signal }), 3)
    await hf.session('b').set('x', 1)
    await session.set('x', 1, { event: { name: 'one' } })
    await Promise.all([session.set('x', 2), hf.session('b').set('x', 2), session.destroy()])
    const seen = await watching
    ended.abort()
    expect(seen.map(({ revision, op }) => [revision, op])).toEqual([
      [2, 'write'],
      [3, 'write'],
      [4, 'delete'],
    ])
    expect(seen[0]?.event?.name).toBe('one')
    const behind = await take(session.watch({ after: seen[0]?.cursor ?? '' }), 2)
    expect(behind.map(({ revision }) => revision)).toEqual([3, 4])
  })
})

async function take<Item>(items: AsyncGenerator<Item>, count: number): Promise<Item[]> {
  const taken: Item[] = []
  for await (const item of items) if (taken.push(item) === count) break
  return taken
}
