import { expect, test } from 'vitest'
import { rest, until } from '../runtime/virtual-clock.testing.ts'
import { assign, cancel, defineMachine, raise, sendTo, setup } from '../statechart/index.ts'
import { collect, onEveryEngine, type World } from '../world.testing.ts'
import { type DurableOptions, durable } from './index.ts'

/** Longer than a timer may be late (10 s), and short: a process that works looks at its store every second of it. */
const SPAN = 40_000

const Order = setup({
  types: {} as {
    context: { price: number; why: unknown }
    events: { type: 'GO' } | { type: 'BACK' } | { type: 'MAIL' }
  },
  actors: { fetchPrice: 'external' },
  effects: { mail: (_, params: { to: string }) => ({ to: params.to }) },
}).defineMachine({
  id: 'order',
  context: { price: 0, why: null },
  initial: 'idle',
  states: {
    idle: { on: { GO: 'loading', MAIL: { actions: { type: 'mail', params: { to: 'ann' } } } } },
    loading: {
      invoke: {
        src: 'fetchPrice',
        id: 'price',
        input: 'o-7',
        onDone: { target: 'ready', actions: assign({ price: ({ event }) => Number(event.output) }) },
        onError: { target: 'failed', actions: assign({ why: ({ event }) => event.error }) },
      },
      on: { BACK: 'idle' },
    },
    ready: {},
    failed: {},
  },
})

const orders = (
  run: (input: unknown, context: { key: string; attempt: number; signal: AbortSignal }) => unknown,
  more: DurableOptions = {},
) =>
  durable(Order, {
    actors: { fetchPrice: { run, retry: { attempts: 2, backoff: 10 }, timeout: 1000 } },
    effects: { mail: { run } },
    ...more,
  })

const waits = (late: 'fire' | 'restart' | 'drop') =>
  defineMachine({
    id: 'waits',
    initial: 'waiting',
    states: { waiting: { after: { [SPAN]: { target: 'over', late } } }, over: {} },
  })

const rang = async (world: World): Promise<void> => {
  await rest(20)
  await until('no timer to be due', async () => {
    const due = await world.hf.effects.list({ state: 'due', dueBy: world.clock.now() })
    return due.length === 0
  })
}

onEveryEngine((open) => {
  test('DM7 a timer rings at its time and not before, also when its process has died meanwhile', async () => {
    const world = await open({ machines: [waits('fire')], worker: true })
    const instance = world.hf.machine(waits('fire'), 's', 'w')
    await instance.start()
    expect((await instance.snapshot()).timers).toEqual([{ id: `after.${SPAN}.waiting`, at: world.clock.now() + SPAN }])
    await world.clock.turn(SPAN / 2)
    await world.crash()
    await world.open()
    await world.clock.turn(SPAN / 2 - 1)
    await rang(world)
    expect(await world.hf.machine(waits('fire'), 's', 'w').matches('waiting')).toBe(true)
    await world.clock.turn(1)
    await until('it to ring', () => world.hf.machine(waits('fire'), 's', 'w').matches('over'))
  })

  for (const late of ['fire', 'restart', 'drop'] as const) {
    test(`DM8 a timer that comes late: ${late}`, async () => {
      const machine = waits(late)
      const world = await open({ machines: [machine], worker: true })
      await world.hf.machine(machine, 's', 'w').start()
      await world.crash()
      await world.clock.turn(3 * SPAN)
      const instance = (await world.open()).machine(machine, 's', 'w')
      await rang(world)
      const told = (await collect(instance.history({ order: 'oldest' }))).map(({ event }) => event?.name)
      if (late === 'fire') expect(await instance.matches('over')).toBe(true)
      else expect(told).toEqual(['start', late === 'drop' ? 'timer.dropped' : 'timer.restarted'])
      await world.clock.turn(SPAN)
      await rang(world)
      expect(await instance.matches('over')).toBe(late !== 'drop')
    })
  }

  test('DM8 a timer that rings in time is not late, whatever its policy', async () => {
    const machine = waits('drop')
    const world = await open({ machines: [machine], worker: true })
    await world.hf.machine(machine, 's', 'w').start()
    await world.clock.turn(SPAN)
    await until('it to ring', () => world.hf.machine(machine, 's', 'w').matches('over'))
  })

  test('DM7 a state that is entered again by its own timer sets it again', async () => {
    const Beat = defineMachine({
      id: 'beat',
      types: {} as { context: { n: number } },
      context: { n: 0 },
      initial: 'beating',
      states: {
        beating: {
          after: { 1000: { target: 'beating', reenter: true, actions: assign(({ context }) => ({ n: Object(context).n + 1 })) } },
        },
      },
    })
    const world = await open({ machines: [Beat], worker: true })
    const beat = world.hf.machine(Beat, 's', 'beat')
    await beat.start()
    for (let n = 1; n <= 3; n++) {
      await world.clock.turn(1000)
      await until('it to beat', async () => (await beat.snapshot()).context.n === n)
    }
    expect((await beat.snapshot()).timers).toEqual([{ id: 'after.1000.beating', at: world.clock.now() + 1000 }])
  })

  test('DM7 a process that knows no machines leaves timers to those that do', async () => {
    const machine = waits('fire')
    const world = await open({ machines: [machine], worker: true })
    await world.hf.machine(machine, 's', 'w').start()
    await world.crash()
    await world.open({ machines: [], timers: { other() {} } })
    await world.clock.turn(SPAN)
    await rest(20)
    expect(await world.hf.effects.list()).toMatchObject([{ state: 'due', attempts: 0 }])
    await world.crash()
    await world.open()
    await until('it to ring', () => world.hf.machine(machine, 's', 'w').matches('over'))
  })

  test('DM2 events sent at once are taken one after the other, in their order', async () => {
    const Log = defineMachine({
      id: 'log',
      types: {} as { context: { all: number[] }; events: { type: 'ADD'; n: number } },
      context: { all: [] },
      on: { ADD: { actions: assign(({ context, event }) => ({ all: [...context.all, event.n] })) } },
    })
    const { hf } = await open({ machines: [Log] })
    const instance = hf.machine(Log, 's', 'log')
    await instance.start()
    const numbers = Array.from({ length: 100 }, (_, n) => n)
    const sent = await Promise.all(numbers.map((n) => instance.send({ type: 'ADD', n })))
    expect(sent.map(({ revision }) => revision)).toEqual(numbers.map((n) => n + 2))
    expect((await instance.snapshot()).context.all).toEqual(numbers)
  })

  test('DM9 leaving a state ends its timers; delayed messages are taken back by their id', async () => {
    const machine = defineMachine({
      id: 'm',
      types: {} as { context: { heard: string[] }; events: { type: 'A' } | { type: 'B' } | { type: 'OFF' } | { type: 'SET' } },
      context: { heard: [] },
      initial: 'on',
      states: {
        on: {
          after: { [SPAN]: 'late' },
          on: {
            SET: {
              actions: [
                raise({ type: 'A' }, { delay: SPAN / 2 }),
                sendTo('self', { type: 'B' }, { delay: SPAN / 2, id: 'b' }),
                sendTo('self', { type: 'A' }, { delay: SPAN / 4, id: 'not' }),
                cancel('not'),
              ],
            },
            OFF: 'off',
            A: { actions: assign(({ context }) => ({ heard: [...context.heard, 'A'] })) },
            B: { actions: assign(({ context }) => ({ heard: [...context.heard, 'B'] })) },
          },
        },
        off: {},
        late: {},
      },
    })
    const world = await open({ machines: [machine], worker: true })
    const instance = world.hf.machine(machine, 's', 'm')
    await instance.start()
    await instance.send({ type: 'SET' })
    expect((await instance.snapshot()).timers).toHaveLength(3)
    await world.clock.turn(SPAN / 2)
    await until('both to come', async () => (await instance.snapshot()).context.heard.length === 2)
    expect((await instance.snapshot()).context.heard.toSorted()).toEqual(['A', 'B'])
    await instance.send({ type: 'OFF' })
    expect((await instance.snapshot()).timers).toEqual([])
    await world.clock.turn(SPAN)
    await rang(world)
    expect(await instance.matches('off')).toBe(true)
  })

  test('DM10 invoked work is done outside, and its end steps the machine in the commit that records it', async () => {
    const keys: string[] = []
    const world = await open({
      machines: [orders((input, { key }) => keys.push(key) && (input === 'o-7' ? 42 : 0))],
      worker: true,
    })
    const order = world.hf.machine(Order, 's', 'o')
    await order.start()
    expect(await order.send({ type: 'GO' })).toMatchObject({ children: { price: { src: 'fetchPrice' } } })
    expect(await order.waitFor('ready')).toMatchObject({ context: { price: 42 }, children: {}, revision: 3 })
    const [effect] = await world.hf.effects.list({ queue: 'invoke/order/fetchPrice' })
    expect(effect).toMatchObject({ state: 'settled', result: 42 })
    expect(keys).toEqual([`default/${effect?.id}`])
  })

  test('DM10 work that fails is tried again as the actor says, and its last failure is an event', async () => {
    let attempts = 0
    const fail = (): never => {
      attempts++
      throw new TypeError('no price')
    }
    const world = await open({ machines: [orders(fail)], worker: true })
    const order = world.hf.machine(Order, 's', 'o')
    await order.start()
    await order.send({ type: 'GO' })
    await until('the first attempt', () => attempts === 1)
    await rest(10)
    await world.clock.turn(100)
    expect(await order.waitFor('failed')).toMatchObject({ context: { why: { name: 'TypeError', message: 'no price' } } })
    expect(attempts).toBe(2)
  })

  test('DM10 work that takes too long fails with timeout', async () => {
    const world = await open({ machines: [orders(() => new Promise(() => {}))], worker: true })
    const order = world.hf.machine(Order, 's', 'o')
    await order.start()
    await order.send({ type: 'GO' })
    for (let i = 0; i < 4; i++) {
      await rest(10)
      await world.clock.turn(1100)
    }
    expect(await order.waitFor('failed')).toMatchObject({ context: { why: { code: 'timeout' } } })
  })

  test('DM10 work whose process dies is done by the next one, with the same key, and steps the machine once', async () => {
    const keys: string[] = []
    const dying = orders((_, { key }) => keys.push(key) && new Promise(() => {}))
    const world = await open({ machines: [dying], worker: true })
    const order = world.hf.machine(Order, 's', 'o')
    await order.start()
    await order.send({ type: 'GO' })
    await until('it to run', () => keys.length === 1)
    await world.crash()
    await world.clock.turn(60_000)
    const again = (await world.open({ machines: [orders((_, { key }) => keys.push(key) && 7)] })).machine(Order, 's', 'o')
    expect(await again.waitFor('ready')).toMatchObject({ context: { price: 7 }, revision: 3 })
    expect(new Set(keys).size).toBe(1)
  })

  test('DM11 leaving the state cancels its work: the signal is aborted, a late result is not heard', async () => {
    let signal: AbortSignal | undefined
    let finish: (price: number) => void = () => {}
    const world = await open({
      machines: [
        orders((_, context) => {
          signal = context.signal
          return new Promise((resolve) => {
            finish = resolve
          })
        }),
      ],
      worker: true,
    })
    const order = world.hf.machine(Order, 's', 'o')
    await order.start()
    await order.send({ type: 'GO' })
    await until('it to run', () => signal)
    await order.send({ type: 'BACK' })
    expect(signal?.aborted).toBe(true)
    finish(9)
    await rest(10)
    expect(await order.snapshot()).toMatchObject({ states: ['idle'], context: { price: 0 }, children: {}, revision: 3 })
  })

  test('DM12 a declared effect is done once its commit is durable', async () => {
    const done: unknown[] = []
    const world = await open({ machines: [orders((input) => done.push(input))], worker: true })
    const order = world.hf.machine(Order, 's', 'o')
    await order.start()
    await order.send({ type: 'MAIL' })
    await until('the mail to go', () => done.length === 1)
    expect(done).toEqual([{ to: 'ann' }])
  })

  test('DM13 an answer that the machine cannot take is kept, visible, and taken when it can', async () => {
    const machine = (isBroken: boolean) =>
      setup({ types: {} as { context: { got: unknown }; events: { type: 'X' } }, actors: { ask: 'external' } }).defineMachine({
        id: 'm',
        context: { got: null },
        initial: 'asking',
        states: {
          asking: {
            invoke: {
              src: 'ask',
              id: 'ask',
              onDone: {
                target: 'told',
                actions: assign(({ event }) => {
                  if (isBroken) throw new TypeError('not yet')
                  return { got: event.output }
                }),
              },
            },
          },
          told: {},
        },
      })
    const asks: unknown[] = []
    const implement = { actors: { ask: { run: () => asks.push(1) && 'yes' } } }
    const world = await open({ machines: [durable(machine(true), implement)], worker: true })
    await world.hf.machine(machine(true), 's', 'm').start()
    await until('the answer to fail', async () => (await collect(world.hf.machine(machine(true), 's', 'm').history())).length > 1)
    const [last] = await collect(world.hf.machine(machine(true), 's', 'm').history({ limit: 1 }))
    expect(last?.steps).toMatchObject([{ event: { type: 'done.invoke.ask', output: 'yes' }, failed: { message: /not yet/ } }])
    await world.crash()
    const mended = (await world.open({ machines: [durable(machine(false), implement)] })).machine(machine(false), 's', 'm')
    await world.clock.turn(20_000)
    expect(await mended.waitFor('told')).toMatchObject({ context: { got: 'yes' }, timers: [], children: {} })
    expect(asks).toHaveLength(1)
  })

  test('DM14 a process that works is refused machines nobody does the work of; wrong implementations are found at once', async () => {
    await expect(open({ machines: [Order], worker: true })).rejects.toThrow(/actor fetchPrice of order, effect mail of order/)
    await open({ machines: [Order] })
    const wrong = { actors: { fetchPrise: { run: () => 1 } }, effects: { mail: {} }, unhandled: 'shout', lateAfter: -1 }
    expect(() => durable(Order, wrong as never)).toThrow(
      expect.objectContaining({
        code: 'invalid',
        details: {
          path: 'order',
          issues: [
            { path: 'actors.fetchPrise', message: expect.stringContaining('fetchPrice') },
            { path: 'effects.mail', message: expect.stringContaining('run') },
            { path: 'unhandled', message: expect.any(String) },
            { path: 'lateAfter', message: expect.any(String) },
          ],
        },
      }),
    )
  })
})
