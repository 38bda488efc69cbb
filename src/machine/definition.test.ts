import { expect, test } from 'vitest'
import { rest, until } from '../runtime/virtual-clock.testing.ts'
import { assign, defineMachine, type Machine, setup } from '../statechart/index.ts'
import { collect, onEveryEngine } from '../world.testing.ts'
import { type DurableMachine, durable } from './index.ts'

/** Longer than a timer may be late (10 s), and short: a process that works looks at its store every second of it. */
const SPAN = 40_000

type Events = { type: 'GO' } | { type: 'NEXT' } | { type: 'LEAVE' } | { type: 'RETURN' }

/** A machine of two states and a timer, in a version, with parts that may change. */
const flow = (parts: { version?: string; first?: string; delay?: number; extra?: object } = {}) => {
  const { version = '1', first = 'a', delay = SPAN, extra = {} } = parts
  return defineMachine({
    id: 'flow',
    version,
    types: {} as { context: { n: number }; events: Events },
    context: { n: 1 },
    initial: first,
    states: {
      [first]: { on: { GO: 'b' }, after: { [delay]: 'late' } },
      b: { on: { NEXT: 'c' } },
      c: {},
      late: {},
      ...extra,
    },
  })
}

onEveryEngine((open) => {
  /** An instance of `old` that has taken some events, and then a process that knows `now` only. */
  const upgrade = async (old: Machine | DurableMachine, now: Machine | DurableMachine, ...types: Events['type'][]) => {
    const world = await open({ machines: [old], worker: true })
    const before = world.hf.machine(old, 's', 'f')
    await before.start()
    for (const type of types) await before.send({ type })
    await world.crash()
    const instance = (await world.open({ machines: [now] })).machine(now, 's', 'f')
    return { world, instance, found: await instance.snapshot() }
  }

  test('DM19 what is stored and fits a changed definition goes on in it, and the history tells', async () => {
    const now = flow({ extra: { d: { on: { GO: 'a' } } } })
    const { instance, found } = await upgrade(flow(), now, 'GO')
    expect(found).toMatchObject({ status: 'active', states: ['b'], machine: flow().tag })
    expect(await instance.send({ type: 'NEXT' })).toMatchObject({ handled: true, states: ['c'], machine: now.tag, revision: 3 })
    const [last] = await collect(instance.history({ limit: 1 }))
    expect(last?.steps).toMatchObject([{ event: { type: 'adopt' }, adopted: flow().tag }, { event: { type: 'NEXT' } }])
  })

  test('DM19 the same definition with other guards and actions is the same', async () => {
    const { instance } = await upgrade(flow(), flow({ version: '1' }), 'GO')
    expect(await instance.send({ type: 'NEXT' })).toMatchObject({ handled: true, revision: 3 })
  })

  for (const [why, now] of [
    ['a state is gone', flow({ first: 'start' })],
    ['the timer of an active state has another delay', flow({ delay: 2 * SPAN })],
    [
      'an active state has become compound',
      flow({ extra: { a: { initial: 'x', states: { x: {} }, after: { [SPAN]: 'late' } } } }),
    ],
    ['an active state has become final', flow({ extra: { a: { type: 'final' } } })],
    ['an active state has a timer more', flow({ extra: { a: { after: { [SPAN]: 'late', 5: 'late' } } } })],
  ] as const) {
    test(`DM21 what does not fit stands still, visibly: ${why}`, async () => {
      const { world, instance, found } = await upgrade(flow(), now)
      expect(found).toMatchObject({ status: 'needs_migration', states: ['a'], context: { n: 1 } })
      await expect(instance.send({ type: 'GO' })).rejects.toMatchObject({
        code: 'needs_migration',
        details: { stored: flow().tag, supported: now.tag },
      })
      await expect(instance.can({ type: 'GO' })).rejects.toMatchObject({ code: 'needs_migration' })
      expect(await instance.snapshot()).toEqual(found)
      await world.crash()
      const before = (await world.open({ machines: [flow()] })).machine(flow(), 's', 'f')
      expect(await before.send({ type: 'GO' })).toMatchObject({ states: ['b'] })
    })
  }

  test('DM21 a timer of an instance that stands still waits for a definition that fits', async () => {
    const { world, instance } = await upgrade(flow(), flow({ first: 'start' }))
    await world.clock.turn(3 * SPAN)
    await rest(20)
    expect((await instance.snapshot()).status).toBe('needs_migration')
    await world.crash()
    const again = (await world.open({ machines: [flow()] })).machine(flow(), 's', 'f')
    await world.clock.turn(60_000)
    await until('it to ring', () => again.matches('late'))
  })

  test('DM20 a declared migration renames states, changes the context, and keeps deadlines of timers that were renamed with their state', async () => {
    const now = durable(flow({ version: '2', first: 'start' }), {
      migrations: { '1': { states: { a: 'start' }, context: (old) => ({ n: Object(old).n + 100 }) } },
    })
    const { world, instance, found } = await upgrade(flow(), now)
    expect(found.status).toBe('active')
    const deadline = found.timers[0]?.at ?? 0
    await world.clock.turn(deadline - world.clock.now())
    await until('it to ring', () => instance.matches('late'))
    expect(await instance.snapshot()).toMatchObject({ context: { n: 101 }, machine: now.machine.tag })
  })

  test('DM20 timers that are new under a migration are set when it is adopted, others are cancelled', async () => {
    const now = durable(flow({ version: '2', delay: 2 * SPAN }), { migrations: { '1': {} } })
    const { world, instance } = await upgrade(flow(), now)
    const asked = world.clock.now()
    await instance.send({ type: 'LEAVE' })
    expect((await instance.snapshot()).timers).toEqual([{ id: `after.${2 * SPAN}.a`, at: asked + 2 * SPAN }])
  })

  test('DM20 migrations to states there are not are refused when they are declared', () => {
    expect(() => durable(flow(), { migrations: { '0': { states: { x: 'nowhere' } } } })).toThrow(
      expect.objectContaining({ code: 'invalid', message: expect.stringContaining('nowhere is no innermost state') }),
    )
  })

  test('DM19 histories and children fit or do not', async () => {
    const machine = (inner: string, src: string) =>
      setup({ types: {} as { events: Events }, actors: { one: 'external', two: 'external' } }).defineMachine({
        id: 'flow',
        initial: 'on',
        states: {
          on: {
            initial: 'x',
            states: { x: { on: { NEXT: inner } }, [inner]: {}, h: { type: 'history' } },
            on: { LEAVE: 'off' },
          },
          off: { on: { RETURN: 'on.h', GO: 'busy' } },
          busy: { invoke: { src: src as 'one', id: 'job' } },
        },
      })
    const quiet = { actors: { one: { run: () => new Promise(() => {}) }, two: { run: () => 1 } } }
    const of = (inner: string, src: string) => durable(machine(inner, src), quiet)
    const kept = await upgrade(of('y', 'one'), durable(machine('y', 'two'), quiet), 'NEXT', 'LEAVE')
    expect(await kept.instance.send({ type: 'RETURN' })).toMatchObject({ states: ['on.y'] })
    const forgotten = await upgrade(of('y', 'one'), of('z', 'one'), 'NEXT', 'LEAVE')
    expect(forgotten.found.status).toBe('needs_migration')
    await expect(forgotten.instance.send({ type: 'RETURN' })).rejects.toThrow(/history.on.h/)
  })

  test('DM22 a definition kept beside the new one goes on with its instances', async () => {
    const world = await open({ machines: [flow()] })
    const old = world.hf.machine(flow(), 's', 'old')
    await old.start()
    await world.crash()
    const now = flow({ version: '2', first: 'start' })
    const hf = await world.open({ machines: [flow(), now] })
    expect(await hf.machine(now, 's', 'old').send({ type: 'GO' })).toMatchObject({ states: ['b'], machine: flow().tag })
    expect(await hf.machine(now, 's', 'new').start()).toMatchObject({ states: ['start'], machine: now.tag })
  })

  test('DM21 an instance of a machine that is not known here stands still', async () => {
    const world = await open({ machines: [flow()] })
    await world.hf.machine(flow(), 's', 'f').start()
    await world.crash()
    const other = defineMachine({ id: 'other', on: { X: { actions: assign({}) } } })
    const instance = (await world.open({ machines: [other] })).machine(other, 's', 'f')
    expect((await instance.snapshot()).status).toBe('needs_migration')
    await expect(instance.send({ type: 'X' })).rejects.toMatchObject({ code: 'needs_migration' })
  })
})
