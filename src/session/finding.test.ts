import { describe, expect, test } from 'vitest'
import { defineSession, type SessionQuery, type Sessions } from './index.ts'
import { onEveryEngine } from './world.testing.ts'

interface Order {
  status?: unknown
  total?: unknown
  labels?: unknown
  urgent?: unknown
  placed?: unknown
  deep?: { inner?: unknown }
}

const Order = defineSession<Order>('order', {
  terms: { state: 'status', total: 'total', label: 'labels', urgent: 'urgent', placed: 'placed', inner: 'deep.inner' },
} as never)

const ids = async (sessions: Sessions, query: Parameters<Sessions['list']>[0]): Promise<string[]> =>
  (await sessions.list(query)).sessions.map(({ id }) => id)

onEveryEngine((open) => {
  test('S27 tags are a set', async () => {
    const { hf } = await open()
    const session = hf.session('a')
    await session.tag('x', 'y', 'x')
    await session.tag('y', 'z')
    await session.untag('x', 'never')
    expect((await session.inspect()).tags).toEqual(['y', 'z'])
    expect(await ids(hf.sessions, { tag: 'y' })).toEqual(['a'])
    expect(await ids(hf.sessions, { tag: 'x' })).toEqual([])
    await expect(session.tag('')).rejects.toMatchObject({ code: 'invalid' })
    await expect(session.tag('x'.repeat(600))).rejects.toMatchObject({ code: 'too_large' })
  })

  test('S27 by tag, user, status, definition and time, all at once', async () => {
    const world = await open()
    const { hf, clock } = world
    const Other = defineSession('other')
    const start = clock.now()
    for (const [i, id] of ['a', 'b', 'c', 'd'].entries()) {
      const session = i % 2 === 0 ? hf.session(id, { user: 'ann' }) : hf.session(Other, id, { user: 'bob' })
      await session.set('n', i)
      await session.tag(i < 2 ? 'low' : 'high')
      await clock.turn(10_000)
    }
    await hf.session('c').close()
    expect(await ids(hf.sessions, {})).toEqual(['c', 'd', 'b', 'a'])
    expect(await ids(hf.sessions, { order: 'id' })).toEqual(['a', 'b', 'c', 'd'])
    expect(await ids(hf.sessions, { user: 'ann', order: 'id' })).toEqual(['a', 'c'])
    expect(await ids(hf.sessions, { user: 'ann', tag: 'low' })).toEqual(['a'])
    expect(await ids(hf.sessions, { definition: 'other', order: 'id' })).toEqual(['b', 'd'])
    expect(await ids(hf.sessions, { status: 'closed' })).toEqual(['c'])
    expect(await ids(hf.sessions, { status: 'open', order: 'id' })).toEqual(['a', 'b', 'd'])
    expect(await ids(hf.sessions, { updatedFrom: start + 10_000, updatedTo: start + 30_000 })).toEqual(['b'])
    expect(await ids(hf.sessions, { updatedFrom: start + 30_000, user: 'bob' })).toEqual(['d'])
    const [summary] = (await hf.sessions.list({ tag: 'high', status: 'open' })).sessions
    expect(summary).toEqual({
      id: 'd',
      definition: 'other',
      revision: 2,
      status: 'open',
      user: 'bob',
      tags: ['high'],
      created: start + 30_000,
      updated: start + 30_000,
      expires: null,
    })
  })

  describe('S28 terms', () => {
    const numbers = [Number.NEGATIVE_INFINITY, -1e300, -7.5, -7, -5e-324, 0, 5e-324, 0.5, 3, 20, 1e300, Number.POSITIVE_INFINITY]

    test('S28 numbers by size', async () => {
      const { hf } = await open()
      for (const [i, total] of numbers.toReversed().entries()) await hf.session(Order, `s${i}`).set('total', total)
      await hf.session(Order, 'text').set('total', '5')
      await hf.session(Order, 'boolean').set('total', true)
      const from = async (at: number, to?: number) => {
        const found = await hf.sessions.list({ term: { name: 'total', from: at, ...(to !== undefined && { to }) } })
        return Promise.all(found.sessions.map(({ id }) => hf.session(id).get('total')))
      }
      expect(await from(Number.NEGATIVE_INFINITY)).toEqual(numbers)
      expect(await from(-7, 3)).toEqual([-7, -5e-324, 0, 5e-324, 0.5])
      expect(await ids(hf.sessions, { term: { name: 'total', value: -0 } })).toHaveLength(1)
      expect(await ids(hf.sessions, { term: { name: 'total', value: '5' } })).toEqual(['text'])
      expect(await ids(hf.sessions, { term: { name: 'total', value: true } })).toEqual(['boolean'])
      expect(await ids(hf.sessions, { term: { name: 'total', value: '#true' } })).toEqual([])
      expect(await ids(hf.sessions, { term: { name: 'total', from: 'a' } })).toEqual([])
    })

    test('S28 text by its bytes, the empty, the long and the odd included', async () => {
      const { hf } = await open()
      const long = 'l'.repeat(300)
      const texts = [
        '',
        '"',
        '#true',
        '5',
        'a',
        'b',
        'caf\u00e9',
        `${long}a`,
        `${long}b`,
        'm',
        '語'.repeat(200),
        '\u{1f600}',
        'nul\0',
        'nul ',
      ]
      for (const [i, text] of texts.entries()) await hf.session(Order, `s${i}`).set('status', text)
      for (const [i, text] of texts.entries())
        expect(await ids(hf.sessions, { term: { name: 'state', value: text } })).toEqual([`s${i}`])
      expect(await ids(hf.sessions, { term: { name: 'state', from: '', to: 'b' } })).toEqual(['s0', 's1', 's2', 's3', 's4'])
      expect(await ids(hf.sessions, { term: { name: 'state', from: '' } })).toHaveLength(texts.length)
    })

    test('S28 lists, Sets, booleans and Dates; several values in a range are one session', async () => {
      const { hf } = await open()
      await hf.session(Order, 'a').update((state) => {
        Object.assign(state, { labels: ['x', 'y', 'z'], urgent: true, placed: new Date(1000), total: new Set([1, 2, 3]) })
      })
      await hf.session(Order, 'b').update((state) => {
        Object.assign(state, { labels: ['y', 'y'], urgent: false, placed: new Date(2000), total: [3, 4] })
      })
      expect(await ids(hf.sessions, { term: { name: 'label', value: 'y' } })).toEqual(['a', 'b'])
      expect(await ids(hf.sessions, { term: { name: 'label', from: 'x' } })).toEqual(['a', 'b'])
      expect(await ids(hf.sessions, { term: { name: 'total', from: 2, to: 9 } })).toEqual(['a', 'b'])
      expect(await ids(hf.sessions, { term: { name: 'urgent', value: false } })).toEqual(['b'])
      expect(await ids(hf.sessions, { term: { name: 'placed', from: 1500 } })).toEqual(['b'])
      const pages: string[] = []
      let after: string | undefined
      do {
        const page = await hf.sessions.list({
          term: { name: 'label', from: 'a' },
          limit: 1,
          ...(after !== undefined && { after }),
        })
        pages.push(...page.sessions.map(({ id }) => id))
        after = page.next
      } while (after !== undefined)
      expect(pages).toEqual(['a', 'b'])
    })

    test('S28 in step with every write, by whatever definition and way', async () => {
      const world = await open()
      const { hf } = world
      const session = hf.session(Order, 'a')
      const found = (value: string | number) => ids(hf.sessions, { term: { name: 'state', value } })
      await session.set('status', 'new')
      expect(await found('new')).toEqual(['a'])
      await hf.session('a').set('status', 'paid')
      expect([await found('new'), await found('paid')]).toEqual([[], ['a']])
      await hf.commit((tx) => tx.session('a').set('status', 7))
      expect(await found(7)).toEqual(['a'])
      await session.set('deep.inner', 'i')
      expect(await ids(hf.sessions, { term: { name: 'inner', value: 'i' } })).toEqual(['a'])
      await session.set('deep', 'no object')
      expect(await ids(hf.sessions, { term: { name: 'inner', value: 'i' } })).toEqual([])
      await expect(session.set('status', { an: 'object' })).rejects.toMatchObject({ code: 'invalid' })
      expect(await found(7)).toEqual(['a'])
      await session.delete('status')
      expect(await found(7)).toEqual([])
      await session.set('status', 'last')
      await session.destroy()
      expect(await found('last')).toEqual([])
    })

    test('S28 a definition that says otherwise today is followed with the next write', async () => {
      const { hf } = await open()
      await hf.session(Order, 'a').update((state) => Object.assign(state, { status: 'new', total: 5 }) && undefined)
      const Today = defineSession('order', { terms: { sum: 'total', state: 'nothing' } })
      await hf.session(Today, 'a').set('unrelated', 1)
      expect(await ids(hf.sessions, { term: { name: 'sum', value: 5 } })).toEqual(['a'])
      expect(await ids(hf.sessions, { term: { name: 'state', value: 'new' } })).toEqual([])
      expect(await ids(hf.sessions, { term: { name: 'total', value: 5 } })).toEqual([])
    })

    test('S28 S36 a fork is found as its origin was then', async () => {
      const { hf } = await open()
      const session = hf.session(Order, 'a')
      await session.set('status', 'new')
      await session.tag('t')
      await session.set('status', 'old')
      await hf.session('a').fork('f', { at: 2 })
      await session.fork('g')
      expect(await ids(hf.sessions, { term: { name: 'state', value: 'new' } })).toEqual(['f'])
      expect(await ids(hf.sessions, { term: { name: 'state', value: 'old' } })).toEqual(['a', 'g'])
      expect(await ids(hf.sessions, { tag: 't', order: 'id' })).toEqual(['a', 'f', 'g'])
      await hf.session('f').set('status', 'other')
      expect(await ids(hf.sessions, { term: { name: 'state', value: 'other' } })).toEqual(['f'])
    })
  })

  test.each([
    ['by id', { order: 'id' }, 1],
    ['by tag', { tag: 'all' }, 3],
    ['by user', { user: 'ann' }, 7],
    ['by term', { term: { name: 'total', from: 0 } }, 5],
    ['by status', { status: 'open', order: 'id' }, 4],
  ] as const)('S29 %s, complete and without repeats while others write', async (_, query, limit) => {
    const world = await open()
    const { hf, clock } = world
    const all = Array.from({ length: 40 }, (_each, i) => `s${String(i).padStart(2, '0')}`)
    for (const [i, id] of all.entries()) {
      await hf.session(Order, id, { user: 'ann' }).update((state, tx) => {
        state.total = i % 7
        tx.tag('all')
      })
    }
    const seen: string[] = []
    let after: string | undefined
    let round = 0
    do {
      const page = await hf.sessions.list({ ...query, limit, ...(after !== undefined && { after }) })
      expect(page.sessions.length).toBeLessThanOrEqual(limit)
      seen.push(...page.sessions.map(({ id }) => id).filter((id) => all.includes(id)))
      after = page.next
      await clock.turn(5000)
      for (const id of [all[(round * 13) % 40], all[(round * 29) % 40]]) await hf.session(id ?? '').set('note', round)
      await hf.session(Order, `new ${round++}`, { user: 'ann' }).set('total', 3)
    } while (after !== undefined && round < 100)
    expect(seen.toSorted()).toEqual(all)
  })

  test('S29 by time, what is not written to is listed once, and nothing twice', async () => {
    const { hf, clock } = await open()
    const all = Array.from({ length: 30 }, (_, i) => `s${i}`)
    for (const id of all) {
      await hf.session(id).set('n', 1)
      await clock.turn(1500)
    }
    const seen: string[] = []
    const written = new Set<string>()
    let after: string | undefined
    do {
      const page = await hf.sessions.list({ limit: 4, ...(after !== undefined && { after }) })
      seen.push(...page.sessions.map(({ id }) => id))
      after = page.next
      const id = all[(seen.length * 7) % 30] ?? ''
      written.add(id)
      await hf.session(id).set('n', seen.length)
      await clock.turn(1500)
    } while (after !== undefined)
    expect(new Set(seen).size).toBe(seen.length)
    expect(all.filter((id) => !seen.includes(id) && !written.has(id))).toEqual([])
  })

  test.each([
    { limit: 0 },
    { limit: 1001 },
    { limit: 1.5 },
    { after: 'nonsense' },
    { status: 'zz' },
    { order: 'zz' },
    { tag: 5 },
    { prefix: null },
  ])('S29 refused: %j', async (query) => {
    await expect((await open()).hf.sessions.list(query as SessionQuery)).rejects.toMatchObject({ code: 'invalid' })
  })
})
