import { expect, test } from 'vitest'
import { rest, until } from '../runtime/virtual-clock.testing.ts'
import { assign, defineMachine, emit, log, setup } from '../statechart/index.ts'
import { collect, onEveryEngine } from '../world.testing.ts'
import { durable } from './index.ts'

/** Longer than a timer may be late (10 s), and short: a process that works looks at its store every second of it. */
const SPAN = 40_000

const Desk = defineMachine({
  id: 'desk',
  types: {} as { context: { n: number }; events: { type: 'NEXT'; note?: string } | { type: 'END' }; tags: 'open' },
  context: { n: 0 },
  initial: 'hello',
  instructions: 'Be kind.',
  states: {
    hello: { instructions: 'Ask for the order.', tools: ['find_order'], tags: 'open', on: { NEXT: 'work' } },
    work: {
      initial: 'look',
      tools: ['find_order', 'refund'],
      tags: 'open',
      states: {
        look: {
          on: {
            NEXT: {
              target: 'pay',
              actions: [assign({ n: ({ context }) => context.n + 1 }), emit({ type: 'PAYING', n: 1 }), log('paying', 'note')],
            },
          },
        },
        pay: { on: { NEXT: 'look' } },
      },
      on: { END: 'over' },
    },
    over: { type: 'final' },
  },
})

onEveryEngine((open) => {
  const start = async () => {
    const world = await open({ machines: [Desk] })
    const desk = world.hf.session('alice/1').machine(Desk, 'desk')
    await desk.start()
    return { world, desk }
  }

  test('DM24 what an agent is told and may call follows the active states', async () => {
    const { desk } = await start()
    expect([await desk.instructions(), await desk.tools()]).toEqual(['Be kind.\n\nAsk for the order.', ['find_order']])
    await desk.send({ type: 'NEXT' })
    expect([await desk.instructions(), await desk.tools()]).toEqual(['Be kind.', ['find_order', 'refund']])
  })

  test('DM24 a tool call outside the active states is not made, and recorded', async () => {
    const { desk } = await start()
    expect(await desk.callTool('find_order', async () => 'o-7')).toBe('o-7')
    let called = false
    const call = desk.callTool('refund', () => {
      called = true
    })
    await expect(call).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('it allows find_order') })
    expect(called).toBe(false)
    const [last, ...before] = await collect(desk.history())
    expect(last).toMatchObject({ event: { name: 'tool.refused' }, steps: [{ tool: 'refund' }], revision: 2 })
    expect(before).toHaveLength(1)
  })

  test('DM25 waiting ends with the first revision that fits, also when it is over soon', async () => {
    const { desk } = await start()
    const pay = desk.waitFor('work.pay')
    const twice = desk.waitFor(({ context }) => context.n === 2)
    for (let i = 0; i < 4; i++) await desk.send({ type: 'NEXT' })
    expect(await pay).toMatchObject({ states: ['work.pay'], revision: 3 })
    expect(await twice).toMatchObject({ context: { n: 2 }, revision: 5 })
    expect(await desk.waitFor('work')).toMatchObject({ revision: 5 })
  })

  test('DM25 a wait ends with its time, its signal, and an end that does not fit', async () => {
    const { world, desk } = await start()
    const late = desk.waitFor('over', { timeout: 1000 })
    late.catch(() => {})
    const stop = new AbortController()
    const stopped = desk.waitFor('over', { signal: stop.signal })
    stopped.catch(() => {})
    await rest()
    await world.clock.turn(1000)
    await expect(late).rejects.toMatchObject({ code: 'timeout', details: { after: 1000 } })
    stop.abort()
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
    const never = desk.waitFor('work.pay')
    never.catch(() => {})
    await desk.send({ type: 'NEXT' })
    await desk.send({ type: 'END' })
    await expect(never).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('is done in over') })
  })

  test('DM26 the past stays: history with transitions, emitted and logged, and the state at any revision or time', async () => {
    const { world, desk } = await start()
    await world.clock.turn(SPAN)
    await desk.send({ type: 'NEXT', note: 'x'.repeat(10_000) })
    await desk.send({ type: 'NEXT' })
    const told = await collect(desk.history({ order: 'oldest' }))
    expect(told.map(({ event }) => event?.name)).toEqual(['start', 'NEXT', 'NEXT'])
    expect(told[1]?.steps).toEqual([
      {
        event: { type: 'NEXT', omitted: expect.stringContaining('characters') },
        ...{ transitions: ['hello --NEXT--> work'], taken: ['t1'], entered: ['work', 'work.look'], states: ['work.look'] },
      },
    ])
    expect(told[2]?.steps).toMatchObject([
      {
        transitions: ['work.look --NEXT--> work.pay'],
        emitted: [{ type: 'PAYING', n: 1 }],
        logged: [{ label: 'note', value: 'paying' }],
      },
    ])
    expect(await desk.at(2)).toMatchObject({ revision: 2, states: ['work.look'], context: { n: 0 } })
    expect(await desk.at(new Date(world.clock.now() - 1))).toMatchObject({ revision: 1, states: ['hello'] })
    await expect(desk.at(9)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('DM26 a watch tells each step once, from when it was asked for', async () => {
    const { desk } = await start()
    const watch = desk.watch()
    await desk.send({ type: 'NEXT' })
    const { value } = await watch.next()
    expect(value).toMatchObject({ revision: 2, steps: [{ event: { type: 'NEXT' }, transitions: ['hello --NEXT--> work'] }] })
    const waiting = watch.next()
    await watch.return(undefined)
    expect((await waiting).done).toBe(true)
  })

  test('DM28 instances are found by machine, state, tag, status and session, page by page', async () => {
    const { world, desk } = await start()
    for (const [session, name] of [
      ['alice/1', 'two'],
      ['bob', 'desk'],
    ] as const)
      await world.hf.machine(Desk, session, name).start()
    await desk.send({ type: 'NEXT' })
    await world.hf.machine(Desk, 'bob', 'desk').stop()
    const ids = async (query: object) => (await world.hf.instances.list(query)).instances.map(({ id }) => id)
    expect(await ids({})).toEqual(['alice/1/desk', 'alice/1/two', 'bob/desk'])
    expect(await ids({ session: 'alice/1' })).toEqual(['alice/1/desk', 'alice/1/two'])
    expect(await ids({ state: 'work' })).toEqual(['alice/1/desk'])
    expect(await ids({ state: 'hello', session: 'alice/1' })).toEqual(['alice/1/two'])
    expect(await ids({ tag: 'open', machine: 'desk', status: 'active' })).toEqual(['alice/1/desk', 'alice/1/two'])
    expect(await ids({ status: 'stopped' })).toEqual(['bob/desk'])
    expect(await ids({ machine: 'none' })).toEqual([])
    for (const query of [{}, { machine: 'desk' }]) {
      const first = await world.hf.instances.list({ ...query, limit: 2 })
      const second = await world.hf.instances.list({ ...query, limit: 2, after: first.next ?? '' })
      expect([...first.instances, ...second.instances].map(({ id }) => id)).toEqual(['alice/1/desk', 'alice/1/two', 'bob/desk'])
    }
    await expect(world.hf.instances.list({ after: 'x' })).rejects.toMatchObject({ code: 'invalid' })
    await world.crash()
    const changed = defineMachine({ id: 'desk', version: '2', initial: 'a', states: { a: {} } })
    await world.open({ machines: [changed] })
    expect(await ids({ status: 'needs_migration' })).toEqual(['alice/1/desk', 'alice/1/two'])
  })

  const Nap = defineMachine({
    id: 'nap',
    initial: 'asleep',
    states: { asleep: { after: { [SPAN]: 'awake' } }, awake: { type: 'final' } },
  })
  const Day = setup({
    types: {} as { events: { type: 'NAP' } | { type: 'WORK' }; context: { did: unknown } },
    actors: { nap: Nap, work: 'external' },
  }).defineMachine({
    id: 'day',
    context: { did: null },
    initial: 'up',
    states: {
      up: { on: { NAP: 'napping', WORK: 'working' } },
      napping: { invoke: { src: 'nap', id: 'nap', onDone: 'up' } },
      working: {
        invoke: {
          src: 'work',
          id: 'work',
          input: 3,
          onDone: { target: 'up', actions: assign({ did: ({ event }) => event.output }) },
        },
      },
    },
  })

  test('DM27 a fork starts as the instance was at a moment, and goes its own way', async () => {
    const { desk } = await start()
    await desk.send({ type: 'NEXT' })
    await desk.send({ type: 'NEXT' })
    const fork = await desk.fork('what-if', { at: 2 })
    expect(await fork.snapshot()).toMatchObject({ id: 'alice/1/what-if', states: ['work.look'], context: { n: 0 } })
    await fork.send({ type: 'END' })
    expect([await fork.matches('over'), await desk.matches('work.pay')]).toEqual([true, true])
    await expect(desk.fork('what-if')).rejects.toMatchObject({ code: 'conflict' })
    const elsewhere = await desk.fork('desk', { session: 'bob' })
    expect(await elsewhere.snapshot()).toMatchObject({ id: 'bob/desk', states: ['work.pay'] })
  })

  test('DM27 children are forked too; timers and work begin only when the fork is to resume', async () => {
    let worked = 0
    const machines = [durable(Day, { actors: { work: { run: (n) => ++worked && n } } })]
    const world = await open({ machines, worker: true })
    const { hf } = world
    const day = hf.machine(Day, 's', 'day')
    await day.start()
    await day.send({ type: 'NAP' })
    const still = await day.fork('still')
    const alive = await day.fork('alive', { resume: true })
    expect((await alive.snapshot()).children).toEqual({ nap: { src: 'nap', instance: 's/alive.nap' } })
    await world.clock.turn(SPAN)
    await until('both to wake', async () => (await day.matches('up')) && (await alive.matches('up')))
    expect(await still.matches('napping')).toBe(true)
    expect((await hf.machine(Nap, 's', 'still.nap').snapshot()).states).toEqual(['asleep'])
    await day.send({ type: 'WORK' })
    await day.waitFor(({ context }) => context.did === 3)
    expect(worked).toBe(1)
    const { revision } = await day.snapshot()
    const again = await day.fork('again', { at: revision - 1, resume: true })
    expect(await again.waitFor(({ context }) => context.did === 3)).toMatchObject({ states: ['up'] })
    expect(worked).toBe(2)
  })
})
