import { expect, test } from 'vitest'
import { rest } from '../runtime/virtual-clock.testing.ts'
import { defineMachine, setup } from '../statechart/index.ts'
import { collect, onEveryEngine, type World } from '../world.testing.ts'
import { durable } from './index.ts'

/** Longer than a timer may be late (10 s), and short: a process that works looks at its store every second of it. */
const SPAN = 40_000

const Bell = defineMachine({
  id: 'bell',
  types: {} as { events: { type: 'PUSH' } },
  initial: 'still',
  states: { still: { on: { PUSH: 'rung' }, after: { [SPAN]: 'rung' } }, rung: { on: { PUSH: 'still' } } },
})

const Porter = setup({ actors: { bell: Bell, walk: 'external' } }).defineMachine({
  id: 'porter',
  initial: 'waiting',
  states: {
    waiting: {
      invoke: [
        { src: 'bell', id: 'b' },
        { src: 'walk', id: 'w' },
      ],
    },
  },
})

const machines = [Bell, durable(Porter, { actors: { walk: { run: () => new Promise(() => {}) } } })]

onEveryEngine((open) => {
  const begin = async (options: { readonly worker?: boolean } = {}) => {
    const world = await open({ machines, ...options })
    const session = world.hf.session('s')
    await session.set('n', 1)
    await session.machine(Bell, 'bell').start()
    await session.machine(Porter, 'porter').start()
    await world.hf.machine(Bell, 'other', 'bell').start()
    return { world, session }
  }
  const statuses = async ({ hf }: World) => {
    const { instances } = await hf.instances.list()
    return Object.fromEntries(instances.map(({ id, status }) => [id, status]))
  }
  const waiting = async ({ hf }: World) =>
    (await hf.effects.list()).filter(({ state }) => state === 'due').map(({ entity }) => entity.id)

  test('DM35 (I7) closing a session stops its machines in the same commit: their timers, work and children end', async () => {
    const { world, session } = await begin()
    await session.close()
    expect(await statuses(world)).toEqual({
      'other/bell': 'active',
      's/bell': 'stopped',
      's/porter': 'stopped',
      's/porter.b': 'stopped',
    })
    expect(await waiting(world)).toEqual(['other/bell'])
    const log = await world.hf.store.engine.log({ partition: 0, after: 0, limit: 100 })
    const closing = log.filter(({ commit }) => commit === log.at(-1)?.commit)
    expect(closing).toHaveLength(4)
    await session.reopen()
    expect(await session.machine(Bell, 'bell').send({ type: 'PUSH' })).toMatchObject({ handled: false, status: 'stopped' })
  })

  test('DM35 deleting a session deletes its machines; their histories stay', async () => {
    const { world, session } = await begin()
    await session.destroy()
    expect(await statuses(world)).toEqual({ 'other/bell': 'active' })
    expect(await waiting(world)).toEqual(['other/bell'])
    const [last] = await collect(world.hf.instance('s/bell').history({ limit: 1 }))
    expect(last).toMatchObject({ op: 'delete', steps: [{ event: { type: 'destroy' } }] })
  })

  test('DM35 what a commit has done to a machine before it closes the session stands in the history too', async () => {
    const { world } = await begin()
    await world.hf.commit((tx) => {
      tx.machine(Bell, 's', 'bell').send({ type: 'PUSH' })
      tx.machine(Bell, 's', 'new').start()
      tx.session('s').close()
    })
    const [last] = await collect(world.hf.instance('s/bell').history({ limit: 1 }))
    expect(last?.steps).toMatchObject([{ event: { type: 'PUSH' } }, { event: { type: 'stop' } }])
    expect(await statuses(world)).toMatchObject({ 's/bell': 'stopped', 's/new': 'stopped' })
  })

  test('DM35 a process that does not know the machines closes a session with them all the same', async () => {
    const { world } = await begin()
    await world.close()
    const hf = await world.open({ machines: [] })
    await hf.session('s').close()
    expect(await statuses(world)).toMatchObject({ 's/bell': 'stopped', 's/porter.b': 'stopped', 'other/bell': 'needs_migration' })
  })

  test('DM35 who may not change a machine cannot end its session', async () => {
    const gate = {
      check({ kind, action }: { readonly kind: string; readonly action: string }) {
        if (kind === 'machine' && action === 'write' && closed) throw new Error('not yours')
      },
    }
    let closed = false
    const { hf } = await open({ machines, gate })
    await hf.session('s').set('n', 1)
    await hf.session('s').machine(Bell, 'bell').start()
    closed = true
    await expect(hf.session('s').close()).rejects.toThrow('not yours')
    expect(await hf.session('s').inspect()).toMatchObject({ status: 'open' })
  })

  test('DM36 (I7) when a session expires, whichever process is there stops its machines', async () => {
    const { world, session } = await begin()
    await session.keep(SPAN / 2)
    await world.close()
    const hf = await world.open({ worker: true })
    await world.clock.turn(SPAN / 4)
    // A write puts it off.
    await hf.session('s').set('n', 2)
    await world.clock.turn(SPAN / 2 - 1)
    expect(await statuses(world)).toMatchObject({ 's/bell': 'active', 's/porter': 'active' })
    await world.clock.turn(2000)
    expect(await statuses(world)).toMatchObject({
      's/bell': 'stopped',
      's/porter': 'stopped',
      's/porter.b': 'stopped',
      'other/bell': 'active',
    })
    expect(await waiting(world)).toEqual(['other/bell'])
  })

  test('DM36 a machine started in a session that is to expire ends with it, and so does one that was there before', async () => {
    const world = await open({ machines, worker: true })
    await world.hf.machine(Bell, 's', 'early').start()
    await world.hf.session('s').update((_, tx) => tx.keep(1000))
    await world.hf.machine(Bell, 's', 'late').start()
    await world.clock.turn(3000)
    await rest()
    expect(await statuses(world)).toEqual({ 's/early': 'stopped', 's/late': 'stopped' })
  })

  test('DM36 sweeping an expired session away deletes its machines', async () => {
    const world = await open({ machines, retention: { expired: SPAN } })
    await world.hf.session('s').update((_, tx) => tx.keep(1000))
    await world.hf.machine(Bell, 's', 'bell').start()
    await world.clock.turn(2 * SPAN)
    expect(await world.hf.sweeper.sweep()).toMatchObject({ expired: 1 })
    expect(await statuses(world)).toEqual({})
  })

  test('DM37 (I5) a session is forked with its machines as they were; nothing runs in them by itself', async () => {
    const { world, session } = await begin()
    const { revision } = await session.inspect()
    await session.machine(Bell, 'bell').send({ type: 'PUSH' })
    await session.machine(Bell, 'second').start()
    await session.set('n', 2)
    const now = await session.fork('now')
    expect(await now.machine(Bell, 'bell').snapshot()).toMatchObject({ states: ['rung'], timers: [] })
    expect(await now.machine(Bell, 'second').snapshot()).toMatchObject({ states: ['still'], timers: [] })
    expect(await world.hf.instance('now/porter').snapshot()).toMatchObject({ children: { b: { instance: 'now/porter.b' } } })
    expect((await waiting(world)).filter((id) => id.startsWith('now'))).toEqual([])
    const then = await session.fork('then', { at: revision })
    expect(await then.get('n')).toBe(1)
    // The session stood there before its machines began.
    expect(await world.hf.instances.list({ session: 'then' })).toEqual({ instances: [] })
    const later = await session.fork('later', { at: revision + 1 })
    expect(await later.machine(Bell, 'bell').send({ type: 'PUSH' })).toMatchObject({ states: ['still'] })
    expect(await session.machine(Bell, 'bell').snapshot()).toMatchObject({ states: ['rung'] })
    await expect(session.fork('later')).rejects.toMatchObject({ code: 'conflict' })
  })

  test('DM37 a fork at a moment holds what has been deleted since, and is whole in a process without the definitions', async () => {
    const { world, session } = await begin()
    await session.set('n', 2)
    const { revision } = await session.inspect()
    await session.machine(Bell, 'bell').destroy()
    await world.close()
    const hf = await world.open({ machines: [] })
    await hf.session('s').fork('fork', { at: revision })
    expect(await statuses(world)).toMatchObject({ 'fork/bell': 'needs_migration', 'fork/porter.b': 'needs_migration' })
    expect((await hf.instances.list({ session: 'fork', state: 'still' })).instances).toHaveLength(2)
  })
})
