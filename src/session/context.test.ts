import { expect, test } from 'vitest'
import * as z from 'zod'
import { exact } from '../core/exact.testing.ts'
import type { SessionContext } from './context.ts'
import { defineSession, type Variables } from './index.ts'
import { collect, onEveryEngine } from './world.testing.ts'

const paths = ({ variables }: SessionContext) => variables.map(({ path }) => path)
const booking = (i: number) => ({ id: `B${i}`, city: ['Lisbon', 'Porto', 'Faro'][i % 3], note: 'as usual '.repeat(40) })

onEveryEngine((open) => {
  test('X1 X6 X10 gives the variables that the query is about, within the budget', async () => {
    const session = (await open()).hf.session('a')
    await session.update((s) => {
      s.order = { id: 'order-7', city: 'Lisbon', paid: false }
      s.weather = { sky: 'clear', wind: 'calm', none: {} }
    })
    const { variables, tokens, budget, revision, candidates } = await session.context({
      query: 'Where does order-7 go?',
      tokens: 20,
    })
    expect(variables[0]).toMatchObject({ path: 'order.id', value: 'order-7', line: 'order.id: order-7' })
    expect(variables[0]?.reason).toContain('the query')
    expect({ revision, candidates, budget }).toEqual({ revision: 1, candidates: 5, budget: 20 })
    expect(tokens).toBeLessThanOrEqual(20)
  })

  test('X1 a path leads to the value, of values of every kind, split or not', async () => {
    const session = (await open()).hf.session('a')
    await session.update((s) => {
      s.list = Array.from({ length: 60 }, (_, i) => booking(i))
      s.map = new Map([['k.1', { 'odd "name"': new Date(5) }]])
      s.rich = {
        set: new Set([1]),
        big: 7n,
        url: new URL('https://x.y/'),
        bytes: new Uint8Array([1]),
        keyed: new Map([[1, 2]]),
        no: null,
      }
    })
    await session.update((s) => void (s.list as unknown[]).shift())
    const { variables } = await session.context({ query: '', tokens: 1_000_000 })
    expect(variables).toHaveLength(59 * 3 + 1 + 6)
    for (const { path, value } of variables) expect(exact(await session.get(path))).toBe(exact(value))
  })

  test('X2 secrets are no candidates, nor what repeats them, nor what holds them unopened', async () => {
    const Pay = defineSession('pay', { secret: ['card.number', 'pin', 'keyed.k'], pinned: ['card'] })
    const { hf } = await open()
    await hf.session(Pay, 'a').update((s) => {
      Object.assign(s, {
        card: { number: '41112222', name: 'Ann' },
        pin: 77,
        note: 'card is 41112222',
        log: { 'by 41112222': 1 },
      })
      s.keyed = new Map<unknown, unknown>([
        ['k', 'hidden'],
        [1, 2],
      ])
    })
    const options = { query: '41112222 77 pin card number hidden', tokens: 1000, explain: true }
    for (const session of [hf.session(Pay, 'a'), hf.session('a')]) {
      const context = await session.context(options)
      expect(context.ranking?.map(({ path }) => path)).toEqual(['card.name'])
      expect(JSON.stringify(context)).not.toMatch(/41112222|hidden/)
    }
  })

  test('X2 what is secret now is not shown of the past', async () => {
    const { hf } = await open()
    await hf.session(defineSession('pay'), 'a').update((s) => Object.assign(s, { pin: '12345', other: 'x' }))
    await hf.session(defineSession('pay', { secret: ['pin'] }), 'a').set('other', 'y')
    expect(paths(await hf.session('a').context({ query: 'pin', tokens: 100, at: 1 }))).toEqual(['other'])
  })

  test('X3 a session that is not there has its defaults, and none is made', async () => {
    const { hf } = await open()
    const Trip = defineSession('trip', { schema: z.object({ nights: z.number().default(1) }) })
    const context = await hf.session(Trip, 'new').context({ query: 'nights', tokens: 50 })
    expect({ revision: context.revision, paths: paths(context) }).toEqual({ revision: 0, paths: ['nights'] })
    expect((await hf.sessions.list()).sessions).toEqual([])
    await expect(hf.session('new').context({ query: '', tokens: 9, at: 1 })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('X3 at chooses from the state as it was', async () => {
    const session = (await open()).hf.session('a')
    await session.set('city', 'Lisbon')
    await session.update((s) => Object.assign(s, { city: 'Porto', seat: '12A' }))
    const { variables, revision } = await session.context({ query: 'city', tokens: 50, at: 1 })
    expect({ revision, values: variables.map(({ value }) => value) }).toEqual({ revision: 1, values: ['Lisbon'] })
    await expect(session.context({ query: '', tokens: 9, at: 7 })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('X3 a fork has what its origin had, and a deleted session nothing', async () => {
    const { hf } = await open()
    const Pay = defineSession('pay', { secret: ['pin'], pinned: ['goal'] })
    await hf.session(Pay, 'a').update((s) => Object.assign(s, { pin: '12345', city: 'Lisbon', goal: 'rest' }))
    const fork = await hf.session('a').fork('f')
    await fork.set('city', 'Porto')
    const { variables } = await fork.context({ query: 'pin 12345 city', tokens: 100 })
    expect(variables.map(({ value }) => value)).toEqual(['rest', 'Porto'])
    await hf.session('a').destroy()
    expect(await hf.session('a').context({ query: 'city', tokens: 100 })).toMatchObject({ revision: 0, variables: [] })
    expect(paths(await hf.session('a').context({ query: 'city', tokens: 100, at: 1 }))).toEqual(['goal', 'city'])
  })

  test('X4 what has been swept is not looked back at', async () => {
    const world = await open({ retention: { history: 1000, revisions: 2 } })
    const session = world.hf.session('a')
    for (let n = 1; n <= 9; n++) await session.update((s) => Object.assign(s, { n, still: 'here' }))
    await world.clock.turn(5000)
    await world.hf.sweeper.sweep()
    await expect(session.at(1)).rejects.toMatchObject({ code: 'not_found' })
    const { ranking } = await session.context({ query: '', tokens: 100, explain: true })
    expect(ranking?.[0]).toMatchObject({ path: 'n', changed: 9 })
  })

  test('X4 a large session is looked at in part: what was changed last', async () => {
    const session = (await open()).hf.session('a')
    await session.update((s) => Object.assign(s, { old: Array.from({ length: 30_000 }, (_, i) => i) }))
    await session.set('fresh', 'yes')
    const { candidates, variables } = await session.context({ query: 'fresh', tokens: 100 })
    expect(candidates).toBe(10_000)
    expect(variables[0]?.path).toBe('fresh')
  })

  test('X5 pinned variables are first, also when opened without the definition', async () => {
    const { hf } = await open()
    const Trip = defineSession('trip', { pinned: ['goal'] })
    await hf.session(Trip, 'a').update((s) => Object.assign(s, { city: 'Lisbon', goal: { text: 'be happy' } }))
    const { variables } = await hf.session('a').context({ query: 'Lisbon', tokens: 100, pin: ['city'] })
    expect(variables.map(({ path, reason }) => [path, reason])).toEqual([
      ['goal.text', 'pinned'],
      ['city', 'pinned'],
    ])
    const Other = defineSession('trip', { pinned: ['city'] })
    await hf.session(Other, 'a').set('n', 1)
    expect(paths(await hf.session('a').context({ query: '', tokens: 100 }))[0]).toBe('city')
    expect(() => defineSession('bad', { pinned: ['user:lang'] })).toThrow(/to pin/)
  })

  test('X7 the same question has the same answer, after a restart too', async () => {
    const world = await open()
    await world.hf.session('a').update((s) => Object.assign(s, { list: [1, 2, 3].map(booking) }))
    await world.hf.session('a').set('list[1].city', 'Porto')
    const ask = () => world.hf.session('a').context({ query: 'to Porto tomorrow', tokens: 60, explain: true })
    const first = await ask()
    expect(await ask()).toEqual(first)
    await world.restart()
    expect(await ask()).toEqual(first)
  })

  test('X8 what was changed later or read more often is preferred', async () => {
    const session = (await open()).hf.session('a')
    await session.update((s) => Object.assign(s, { one: 'wx', two: 'yz', three: 'vu' }))
    await session.set('two', 'yy')
    const order = async () => paths(await session.context({ query: '', tokens: 100 }))
    expect(await order()).toEqual(['two', 'one', 'three'])
    for (let i = 0; i < 9; i++) await session.get('three')
    expect((await order()).indexOf('three')).toBeLessThan((await order()).indexOf('one'))
  })

  test('X8 lives are told per leaf, through entries that hold several', async () => {
    const session = (await open()).hf.session('a')
    await session.update((s) => Object.assign(s, { o: { still: 'a', moving: 1 } }))
    for (let i = 2; i < 5; i++) await session.set('o.moving', i)
    const { ranking } = await session.context({ query: '', tokens: 100, explain: true })
    const life = new Map(ranking?.map(({ path, changed, changes }) => [path, { changed, changes }]))
    expect(Object.fromEntries(life)).toEqual({ 'o.still': { changed: 1, changes: 1 }, 'o.moving': { changed: 4, changes: 4 } })
  })

  test('X11 nothing is written', async () => {
    const session = (await open()).hf.session('a')
    await session.set('city', 'Lisbon')
    for (const at of [undefined, 1]) await session.context({ query: 'city', tokens: 10, ...(at && { at }), explain: true })
    await session.get('city')
    expect(await collect(session.history())).toHaveLength(1)
    expect(await session.inspect()).toMatchObject({ revision: 1, state: { city: 'Lisbon' } })
  })

  test('X12 explain gives every candidate once with a verdict', async () => {
    const session = (await open()).hf.session('a')
    await session.update((s) => Object.assign(s, { goal: 'go', a: 'short', b: 'word '.repeat(30), c: 'also short' }))
    const { ranking = [], variables } = await session.context({ query: 'word', tokens: 12, pin: ['goal'], explain: true })
    expect(Object.fromEntries(ranking.map(({ path, verdict }) => [path, verdict]))).toMatchObject({
      goal: 'pinned',
      b: 'too long',
    })
    expect(ranking.map(({ path }) => path).toSorted()).toEqual(['a', 'b', 'c', 'goal'])
    const taken = ranking.filter(({ verdict }) => verdict === 'pinned' || verdict === 'chosen')
    expect(taken.map(({ path }) => path)).toEqual(variables.map(({ path }) => path))
  })

  test('X13 takes hostile values and queries', async () => {
    const session = (await open()).hf.session('a')
    let deep: unknown = 'bottom'
    for (let i = 0; i < 100; i++) deep = { in: deep }
    const odd = { '': '', '\u202e': 'a\u0301\u{1f468}\u200d\u{1f469}', zero: -0, not: Number.NaN, never: new Date(Number.NaN) }
    await session.update((s) =>
      Object.assign(s, { huge: 'x'.repeat(2_000_000), deep, odd, spaces: ' '.repeat(100_000) } satisfies Variables),
    )
    for (const query of ['', 'x'.repeat(1_000_000), 'May '.repeat(100_000), '\ud800\udfff\ud800', '(((((*+?'])
      expect((await session.context({ query, tokens: 50 })).tokens).toBeLessThanOrEqual(50)
  })

  test('X13 refuses what is no budget, query or pin', async () => {
    const session = (await open()).hf.session('a')
    for (const tokens of [-1, 1.5, Number.NaN])
      await expect(session.context({ query: '', tokens })).rejects.toThrow(/whole number/)
    await expect(session.context({ query: 1 as unknown as string, tokens: 1 })).rejects.toThrow(/query to be text/)
    for (const pin of ['', 'user:lang', 'a..b'])
      await expect(session.context({ query: '', tokens: 1, pin: [pin] })).rejects.toMatchObject({ code: 'invalid' })
  })

  test('X13 values are copies', async () => {
    const session = (await open()).hf.session('a')
    await session.set('when', new Date(5))
    const [first] = (await session.context({ query: '', tokens: 50 })).variables
    Object(first).value.setTime(9)
    expect((await session.context({ query: '', tokens: 50 })).variables[0]?.value).toEqual(new Date(5))
  })
})
