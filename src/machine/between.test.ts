import { expect, test } from 'vitest'
import { until } from '../runtime/virtual-clock.testing.ts'
import { assign, defineMachine, sendTo, setup } from '../statechart/index.ts'
import { collect, onEveryEngine } from '../world.testing.ts'
import { MOST_DELIVERIES } from './cascade.ts'
import { durable } from './index.ts'

const Line = defineMachine({
  id: 'line',
  types: {} as {
    context: { item: string }
    events: { type: 'PACK' } | { type: 'TELL' } | { type: 'BREAK' }
    input: string
    output: string
  },
  context: ({ input }) => ({ item: input }),
  initial: 'open',
  states: {
    open: {
      on: {
        PACK: 'packed',
        TELL: { actions: [sendTo('parent', { type: 'HEARD', n: 1 }), sendTo('parent', { type: 'HEARD', n: 2 })] },
        BREAK: {
          actions: assign(() => {
            throw new TypeError('out of paper')
          }),
        },
      },
    },
    packed: { type: 'final' },
  },
  output: ({ context }) => `${context.item} packed`,
})

const Shop = setup({
  types: {} as {
    context: { heard: unknown[]; result: unknown; errors: unknown[] }
    events: { type: 'ORDER' } | { type: 'CANCEL' } | { type: 'HEARD'; n: number } | { type: 'POKE'; what: string; to: string }
  },
  actors: { line: Line },
}).defineMachine({
  id: 'shop',
  context: { heard: [], result: null, errors: [] },
  initial: 'idle',
  on: {
    'error.communication': { actions: assign(({ context, event }) => ({ errors: [...context.errors, event] })) },
  },
  states: {
    idle: { on: { ORDER: 'working' } },
    working: {
      invoke: {
        src: 'line',
        id: 'line',
        input: 'pen',
        onDone: { target: 'idle', actions: assign({ result: ({ event }) => event.output }) },
      },
      on: {
        CANCEL: 'idle',
        HEARD: { actions: assign(({ context, event }) => ({ heard: [...context.heard, event.n] })) },
        POKE: {
          actions: [
            sendTo(
              ({ event }) => event.to,
              ({ event }) => ({ type: event.what }),
              { id: 'poke' },
            ),
            sendTo('line', { type: 'TELL' }),
          ],
        },
      },
    },
  },
})

onEveryEngine((open) => {
  const start = async () => {
    const world = await open({ machines: [Shop], worker: true })
    const shop = world.hf.machine(Shop, 's', 'shop')
    await shop.start()
    return { world, shop, line: () => world.hf.machine(Line, 's', 'shop.line') }
  }

  test('DM15 a child machine starts, talks and ends in the commits of what led there', async () => {
    const { world, shop, line } = await start()
    const ordered = await shop.send({ type: 'ORDER' })
    expect(ordered).toMatchObject({ states: ['working'], children: { line: { src: 'line', instance: 's/shop.line' } } })
    expect(await line().snapshot()).toMatchObject({ states: ['open'], context: { item: 'pen' }, revision: 1 })
    const packed = await line().send({ type: 'PACK' })
    expect(packed).toMatchObject({ status: 'done', output: 'pen packed' })
    expect(await shop.snapshot()).toMatchObject({
      states: ['idle'],
      context: { result: 'pen packed' },
      children: {},
      revision: 3,
    })
    const commits = async (of: { history(): AsyncIterable<{ commit: string }> }) =>
      (await collect(of.history())).map(({ commit }) => commit)
    const [last, , first] = await commits(shop)
    expect(await commits(line())).toEqual([last, await commits(shop).then(([, second]) => second)])
    expect(first).toBeDefined()
    expect((await world.hf.timeline.row(line().ref)).root).toBe('s')
  })

  test('DM15 a child is stopped when its state is left, and begins anew when it is entered again', async () => {
    const { shop, line } = await start()
    await shop.send({ type: 'ORDER' })
    await shop.send({ type: 'CANCEL' })
    expect(await line().snapshot()).toMatchObject({ status: 'stopped' })
    expect(await line().send({ type: 'PACK' })).toMatchObject({ handled: false })
    expect(await shop.snapshot()).toMatchObject({ states: ['idle'], context: { result: null } })
    await shop.send({ type: 'ORDER' })
    expect(await line().snapshot()).toMatchObject({ status: 'active', states: ['open'], revision: 4 })
    await line().send({ type: 'PACK' })
    expect((await shop.snapshot()).context.result).toBe('pen packed')
  })

  test('DM16 messages of one sender arrive in their order, in the same commit', async () => {
    const { shop, line } = await start()
    await shop.send({ type: 'ORDER' })
    const told = await line().send({ type: 'TELL' })
    expect(told.handled).toBe(true)
    expect(await shop.snapshot()).toMatchObject({ context: { heard: [1, 2] }, revision: 3 })
    const [last] = await collect(shop.history({ limit: 1 }))
    expect(last?.steps).toMatchObject([{ from: 's/shop.line', event: { n: 1 } }, { event: { n: 2 } }])
  })

  test('DM16 a receiver that throws, or is not there, does not undo its sender, who is told', async () => {
    const { shop, line } = await start()
    await shop.send({ type: 'ORDER' })
    await shop.send({ type: 'POKE', to: 'line', what: 'BREAK' })
    await shop.send({ type: 'POKE', to: 'nobody', what: 'HI' })
    const { context } = await shop.snapshot()
    expect(context.heard).toEqual([1, 2, 1, 2])
    expect(context.errors).toMatchObject([
      {
        type: 'error.communication',
        sendid: 'poke',
        target: 's/shop.line',
        error: { message: expect.stringContaining('out of paper') },
      },
      { type: 'error.communication', sendid: 'poke', target: 's/nobody', error: { code: 'not_found' } },
    ])
    const failed = (await collect(line().history())).flatMap(({ steps }) => steps).filter((step) => step.failed !== undefined)
    expect(failed).toMatchObject([{ event: { type: 'BREAK' }, from: 's/shop', failed: { code: 'invalid' } }])
  })

  test('DM16 instances of one session reach each other by name, those of others by their id', async () => {
    const Bell = defineMachine({
      id: 'bell',
      types: {} as { context: { rung: number }; events: { type: 'RING' } },
      context: { rung: 0 },
      on: { RING: { actions: assign(({ context }) => ({ rung: context.rung + 1 })) } },
    })
    const Hand = defineMachine({
      id: 'hand',
      types: {} as { events: { type: 'REACH'; to: string } },
      on: { REACH: { actions: sendTo(({ event }) => event.to, { type: 'RING' }) } },
    })
    const { hf } = await open({ machines: [Bell, Hand] })
    const hand = hf.machine(Hand, 'alice/1', 'hand')
    await hand.start()
    for (const session of ['alice/1', 'bob']) await hf.machine(Bell, session, 'bell').start()
    for (const to of ['bell', 'bob/bell', 'bell']) await hand.send({ type: 'REACH', to })
    expect((await hf.machine(Bell, 'alice/1', 'bell').snapshot()).context).toEqual({ rung: 2 })
    expect((await hf.machine(Bell, 'bob', 'bell').snapshot()).context).toEqual({ rung: 1 })
  })

  test('DM17 two machines that never stop talking are refused, and nothing of it is kept', async () => {
    const Echo = defineMachine({
      id: 'echo',
      types: {} as { events: { type: 'PING'; to: string } },
      on: {
        PING: {
          actions: sendTo(
            ({ event }) => event.to,
            ({ event }) => ({ type: 'PING', to: event.to === 'a' ? 'b' : 'a' }),
          ),
        },
      },
    })
    const { hf } = await open({ machines: [Echo] })
    for (const name of ['a', 'b']) await hf.machine(Echo, 's', name).start()
    await expect(hf.machine(Echo, 's', 'a').send({ type: 'PING', to: 'b' })).rejects.toMatchObject({
      code: 'too_large',
      details: { limit: MOST_DELIVERIES },
    })
    expect((await hf.machine(Echo, 's', 'b').snapshot()).revision).toBe(1)
  })

  test('DM18 a session and its machines change in one commit, or not at all', async () => {
    const { world, shop } = await start()
    const { hf } = world
    const order = (fails: boolean) =>
      hf.commit((tx) => {
        tx.session('s').set('asked', true)
        const machine = tx.machine(Shop, 's', 'shop')
        expect(machine.send({ type: 'ORDER' })).toBe(true)
        expect(machine.matches('working')).toBe(true)
        expect(tx.machine(Line, 's', 'shop.line').snapshot.states).toEqual(['open'])
        if (fails) throw new TypeError('no')
      })
    await expect(order(true)).rejects.toThrow('no')
    expect([await shop.matches('idle'), await hf.session('s').get()]).toEqual([true, {}])
    await order(false)
    expect([await shop.matches('working'), await hf.session('s').get('asked')]).toEqual([true, true])
    const [session] = await collect(hf.session('s').history())
    expect((await collect(shop.history()))[0]?.commit).toBe(session?.commit)
  })

  test('DM4 DM16 who rejects what it cannot handle tells its sender; what the platform says is never rejected', async () => {
    const { hf } = await open({ machines: [durable(Shop, { unhandled: 'reject' }), durable(Line, { unhandled: 'reject' })] })
    const shop = hf.machine(Shop, 's', 'shop')
    await shop.start()
    await shop.send({ type: 'ORDER' })
    await shop.send({ type: 'POKE', to: 'line', what: 'WHAT' })
    expect((await shop.snapshot()).context.errors).toMatchObject([{ type: 'error.communication', error: { code: 'conflict' } }])
    const line = hf.machine(Line, 's', 'shop.line')
    await line.send({ type: 'PACK' })
    await shop.send({ type: 'ORDER' })
    await hf.machine(Line, 's', 'shop.line').send({ type: 'PACK' })
    expect(await shop.snapshot()).toMatchObject({ states: ['idle'], context: { result: 'pen packed' }, timers: [] })
  })

  test('DM15 a child does not replace an instance that somebody else has started under its name', async () => {
    const { world, shop } = await start()
    await world.hf.machine(Shop, 's', 'shop.line').start()
    await shop.send({ type: 'ORDER' })
    expect(await world.hf.machine(Shop, 's', 'shop.line').snapshot()).toMatchObject({ status: 'active', revision: 1 })
    const [last] = await collect(shop.history({ limit: 1 }))
    expect(last?.steps[1]).toMatchObject({ event: { type: 'error.invoke.line', error: { code: 'conflict' } } })
  })

  test('DM6 a parent that is destroyed takes its children along', async () => {
    const { world, shop, line } = await start()
    await shop.send({ type: 'ORDER' })
    await shop.destroy()
    await expect(line().snapshot()).rejects.toMatchObject({ code: 'not_found' })
    expect((await world.hf.instances.list()).instances).toEqual([])
  })

  test('DM15 a child that cannot start is an error of its parent', async () => {
    const Broken = defineMachine({
      id: 'broken',
      entry: assign(() => {
        throw new TypeError('no ink')
      }),
    })
    const Parent = setup({ types: {} as { context: { why: unknown } }, actors: { broken: Broken } }).defineMachine({
      id: 'parent',
      context: { why: null },
      initial: 'a',
      states: {
        a: { invoke: { src: 'broken', id: 'x', onError: { target: 'b', actions: assign({ why: ({ event }) => event.error }) } } },
        b: {},
      },
    })
    const { hf } = await open({ machines: [durable(Parent)] })
    const parent = hf.machine(Parent, 's', 'p')
    await parent.start()
    expect(await parent.snapshot()).toMatchObject({
      states: ['b'],
      context: { why: { message: expect.stringContaining('no ink') } },
    })
  })

  test('DM7 DM15 the timers of a child ring after a crash and end it, and its parent hears', async () => {
    const Nap = defineMachine({
      id: 'nap',
      initial: 'asleep',
      states: { asleep: { after: { 1000: 'awake' } }, awake: { type: 'final' } },
    })
    const Parent = setup({ actors: { nap: Nap } }).defineMachine({
      id: 'parent',
      initial: 'waiting',
      states: { waiting: { invoke: { src: 'nap', onDone: 'rested' } }, rested: {} },
    })
    const world = await open({ machines: [Parent], worker: true })
    await world.hf.machine(Parent, 's', 'p').start()
    await world.crash()
    await world.clock.turn(5000)
    await world.open()
    await until('it to wake', () => world.hf.machine(Parent, 's', 'p').matches('rested'))
  })
})
