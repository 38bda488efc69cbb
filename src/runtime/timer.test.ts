import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engineNames, removeTemporaryFiles } from '../store/engines.testing.ts'
import type { TimerHandlers } from './index.ts'
import { timerId } from './index.ts'
import { rest, until } from './virtual-clock.testing.ts'
import { doc, increment, type Node, World } from './world.testing.ts'

afterAll(removeTemporaryFiles)

/** Longer than what a dispatcher sleeps, and than a lease. */
const SPAN = 20_000

/** Writes down when each timer rang. */
const ring: TimerHandlers = {
  doc(tx, entity, { name, data, due }) {
    const rung = (entity.get('rung') ?? []) as unknown[]
    entity.set('rung', [...rung, { name, data, due, at: tx.now }])
  },
}

describe.each(engineNames)('timers on %s', (name) => {
  let world: World
  let start: number

  beforeEach(() => {
    world = new World(name)
    start = world.clock.now()
  })
  afterEach(() => world.close())

  const rung = (node: Node, id = 'a'): Promise<unknown> => node.read(id, 'rung')
  const set = (node: Node, name: string, at: number, data?: unknown, id = 'a'): Promise<unknown> =>
    node.commit((tx) => doc(tx, id).timer(name, start + at, data))

  test('R42 a timer rings at its time, not before, in a decision that is told its name, data and time', async () => {
    const node = await world.open({ timers: ring })
    await set(node, 'wake', SPAN, { why: new Date(3) })
    await world.clock.turn(SPAN - 1)
    expect(await rung(node)).toBeUndefined()
    await world.clock.turn(1)
    await until('it to ring', () => rung(node))
    expect(await rung(node)).toEqual([{ name: 'wake', data: { why: new Date(3) }, due: start + SPAN, at: start + SPAN }])
  })

  test('R42 timers survive a restart; those that came due meanwhile ring at once, in their order', async () => {
    const node = await world.open({ timers: ring })
    for (const [name, at] of [
      ['late', 3 * SPAN],
      ['first', SPAN],
      ['second', 2 * SPAN],
    ] as const)
      await set(node, name, at)
    await node.close()
    await world.clock.turn(2.5 * SPAN)
    const next = await world.open({ timers: ring })
    await until('two to ring', async () => ((await rung(next)) as unknown[] | undefined)?.length === 2)
    expect(await rung(next)).toMatchObject([{ name: 'first' }, { name: 'second' }])
    await world.clock.turn(SPAN)
    await until('the third to ring', async () => ((await rung(next)) as unknown[]).length === 3)
  })

  test('R43 a timer set under a name that is there replaces it; other names and entities are not touched', async () => {
    const node = await world.open({ timers: ring })
    await set(node, 'x', SPAN, 'old')
    await set(node, 'y', SPAN, 'other name')
    await set(node, 'x', SPAN, 'other entity', 'b')
    await set(node, 'x', 2 * SPAN, 'new')
    await world.clock.turn(SPAN)
    await until('one to ring', () => rung(node))
    expect(await rung(node)).toMatchObject([{ data: 'other name' }])
    expect(await rung(node, 'b')).toMatchObject([{ data: 'other entity' }])
    await world.clock.turn(SPAN)
    await until('the other to ring', async () => ((await rung(node)) as unknown[]).length === 2)
    expect(await rung(node)).toMatchObject([{ name: 'y' }, { name: 'x', data: 'new' }])
  })

  test('R43 names with slashes are names like others', async () => {
    const node = await world.open({ timers: ring })
    await set(node, 'b/x', SPAN, 1, 'a')
    await set(node, 'x', SPAN, 2, 'a/b')
    expect(timerId({ kind: 'doc', id: 'a' }, 'b/x')).not.toBe(timerId({ kind: 'doc', id: 'a/b' }, 'x'))
    await world.clock.turn(SPAN)
    await until('both to ring', async () => (await rung(node, 'a')) !== undefined && (await rung(node, 'a/b')) !== undefined)
  })

  test('R43 set twice in one decision, the last one counts; set and cancelled, none does', async () => {
    const node = await world.open({ timers: ring })
    await node.commit((tx) => {
      doc(tx, 'a').timer('x', start + SPAN, 'first')
      doc(tx, 'a').timer('x', start + 2 * SPAN, 'second')
      doc(tx, 'a').timer('y', start + SPAN)
      doc(tx, 'a').cancelTimer('y')
    })
    await world.clock.turn(3 * SPAN)
    await until('it to ring', () => rung(node))
    expect(await rung(node)).toMatchObject([{ name: 'x', data: 'second' }])
  })

  test('R44 a timer that is cancelled, or whose entity is deleted, does not ring', async () => {
    const node = await world.open({ timers: ring })
    await set(node, 'x', SPAN)
    await set(node, 'x', SPAN, 1, 'b')
    await node.commit((tx) => doc(tx, 'a').cancelTimer('x'))
    await node.commit((tx) => doc(tx, 'b').destroy())
    await world.clock.turn(2 * SPAN)
    expect([await rung(node), await rung(node, 'b')]).toEqual([undefined, undefined])
    expect((await node.effects.list()).map(({ state }) => state)).toEqual(['cancelled', 'cancelled'])
  })

  test('R45 a timer may be set again when it rings, for ever', async () => {
    const again: TimerHandlers = {
      doc(tx, entity, { name }) {
        increment(entity)
        entity.timer(name, tx.now + SPAN)
      },
    }
    const node = await world.open({ timers: again })
    await set(node, 'tick', SPAN)
    for (let n = 1; n <= 5; n++) {
      await world.clock.turn(SPAN)
      await until(`tick ${n}`, async () => (await node.read('a')) === n)
    }
    expect(await node.effects.list()).toMatchObject([{ state: 'due', due: start + 6 * SPAN }])
  })

  test('R46 a timer whose decision throws is tried again, later each time, and in the end it is dead and visible', async () => {
    let fails = true
    const flaky: TimerHandlers = {
      doc(tx, entity, timer) {
        if (fails) throw new Error('not now')
        ring.doc?.(tx, entity, timer)
      },
    }
    const node = await world.open({ timers: flaky })
    const status = (name: string) => node.effects.get(timerId({ kind: 'doc', id: 'a' }, name))
    const tried = (name: string, times: number): Promise<void> =>
      until(`attempt ${times}`, async () => (await status(name)).attempts === times && (await status(name)).state !== 'running')
    await set(node, 'y', 0)
    for (let n = 1; n < 3; n++) {
      await tried('y', n)
      expect(await status('y')).toMatchObject({ state: 'due', result: { message: 'not now' } })
      await world.clock.turn((await status('y')).due - world.clock.now())
    }
    await world.clock.turn(SPAN)
    await tried('y', 5)
    expect(await status('y')).toMatchObject({ state: 'dead', result: { message: 'not now' } })
    fails = false
    await node.effects.retry(timerId({ kind: 'doc', id: 'a' }, 'y'))
    await until('it to ring', () => rung(node))
  })

  test('R46 a decision about a timer must be synchronous like any other', async () => {
    const late: TimerHandlers = { doc: async () => {} }
    const node = await world.open({ timers: late })
    await set(node, 'x', 0)
    await world.clock.turn(SPAN)
    await rest()
    expect((await node.effects.get(timerId({ kind: 'doc', id: 'a' }, 'x'))).result).toMatchObject({ code: 'invalid' })
  })
})
