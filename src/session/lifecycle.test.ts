import { expect, test } from 'vitest'
import { defineSession } from './index.ts'
import { onEveryEngine } from './world.testing.ts'

const MINUTE = 60_000
const refused = { code: 'conflict', message: expect.stringContaining('reopen it first') }

onEveryEngine((open) => {
  test('S30 an expired session refuses writes, is readable, and can be reopened', async () => {
    const world = await open()
    const { clock } = world
    const Short = defineSession<{ n?: number; m?: number }>('short', { ttl: 10 * MINUTE })
    const session = world.hf.session(Short, 'a')
    await session.set('n', 1)
    expect((await session.inspect()).expires).toBe(clock.now() + 10 * MINUTE)
    await clock.turn(9 * MINUTE)
    await session.set('n', 2)
    await clock.turn(10 * MINUTE - 1)
    expect((await session.inspect()).status).toBe('open')
    await clock.turn(1)
    expect((await session.inspect()).status).toBe('expired')
    await world.restart()
    const again = world.hf.session(Short, 'a')
    for (const write of [
      () => again.set('n', 3),
      () => again.tag('t'),
      () => again.close(),
      () => again.keep(5),
      () => again.update(() => {}),
    ])
      await expect(write()).rejects.toMatchObject(refused)
    expect(await again.get()).toEqual({ n: 2 })
    expect((await again.at(1)).state).toEqual({ n: 1 })
    expect((await world.hf.sessions.list({ status: 'expired' })).sessions).toMatchObject([{ id: 'a', status: 'expired' }])
    await again.reopen()
    expect(await again.inspect()).toMatchObject({ status: 'open', expires: clock.now() + 10 * MINUTE, revision: 3 })
    await again.set('n', 3)
    await clock.turn(10 * MINUTE)
    await again.destroy()
    await expect(again.inspect()).rejects.toMatchObject({ code: 'not_found' })
  })

  test('S30 keep sets and ends the ttl', async () => {
    const world = await open()
    const session = world.hf.session('a')
    await session.set('n', 1)
    await session.keep(MINUTE)
    await world.clock.turn(MINUTE - 1)
    await session.set('n', 2)
    await world.clock.turn(MINUTE - 1)
    expect((await session.inspect()).status).toBe('open')
    await session.keep(null)
    expect((await session.inspect()).expires).toBeNull()
    await world.clock.turn(1000 * MINUTE)
    await session.set('n', 3)
    for (const ttl of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      await expect(session.keep(ttl)).rejects.toMatchObject({ code: 'invalid', details: { path: 'ttl' } })
  })

  test('S30 a clock that jumps back makes no session expire sooner: a ttl counts from the change as recorded', async () => {
    const world = await open()
    const session = world.hf.session(defineSession('short', { ttl: 10 * MINUTE }), 'a')
    const kept = world.hf.session('b')
    for (const one of [session, kept]) await one.set('n', 1)
    await world.clock.turn(-60 * MINUTE)
    await session.set('n', 2)
    await kept.keep(MINUTE)
    const fork = await session.fork('f')
    for (const [one, ttl] of [
      [session, 10],
      [kept, 1],
      [fork, 10],
    ] as const) {
      const { updated, expires } = await one.inspect()
      expect(expires).toBe(updated + ttl * MINUTE)
    }
    await session.destroy()
    await session.set('n', 3)
    const { updated, expires } = await session.inspect()
    expect(expires).toBe(updated + 10 * MINUTE)
  })

  test('S30 S36 a fork lives for a ttl of its own', async () => {
    const world = await open()
    const session = world.hf.session(defineSession('short', { ttl: MINUTE }), 'a')
    await session.set('n', 1)
    await world.clock.turn(2 * MINUTE)
    const fork = await session.fork('f')
    expect(await fork.inspect()).toMatchObject({ status: 'open', expires: world.clock.now() + MINUTE })
    expect((await session.inspect()).status).toBe('expired')
  })

  test('S30 a batch of writes around the expiry', async () => {
    const world = await open()
    const session = world.hf.session(defineSession<{ n?: number }>('short', { ttl: MINUTE }), 'a')
    await session.set('n', 0)
    await world.clock.turn(MINUTE - 1)
    const before = [session.set('n', 1), session.set('n', 2)]
    await world.clock.turn(MINUTE)
    const after = [session.set('n', 3), session.reopen().then(() => session.set('n', 4))]
    const results = await Promise.allSettled([...before, ...after])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(await session.get('n')).toBe(4)
  })

  test('S31 idle after a while, which stops nothing', async () => {
    const world = await open()
    const session = world.hf.session(defineSession('calm', { idleAfter: 5 * MINUTE }), 'a')
    await session.set('n', 1)
    await world.hf.session('b').set('n', 1)
    await world.clock.turn(5 * MINUTE - 1)
    expect((await session.inspect()).status).toBe('open')
    await world.clock.turn(1)
    expect((await session.inspect()).status).toBe('idle')
    expect((await world.hf.session('b').inspect()).status).toBe('open')
    const found = await world.hf.sessions.list({ status: 'idle' })
    expect(found.sessions.map(({ id }) => id)).toEqual(['a'])
    await session.set('n', 2)
    expect((await session.inspect()).status).toBe('open')
    await world.clock.turn(30 * MINUTE)
    expect((await world.hf.session('b').inspect()).status).toBe('idle')
  })

  test('S32 a closed session takes no writes until it is reopened', async () => {
    const world = await open()
    const session = world.hf.session('a')
    await session.set('n', 1)
    await session.close()
    for (const write of [
      () => session.set('n', 2),
      () => session.delete('n'),
      () => session.tag('t'),
      () => session.close(),
      () => session.keep(5),
    ])
      await expect(write()).rejects.toMatchObject(refused)
    await expect(world.hf.commit((tx) => tx.session('a').set('n', 2))).rejects.toMatchObject(refused)
    const { value } = await world.hf.commit((tx) => tx.session('a').get('n'))
    expect(value).toBe(1)
    expect((await session.inspect()).status).toBe('closed')
    await world.restart()
    expect(await world.hf.session('a').get('n')).toBe(1)
    const fork = await world.hf.session('a').fork('f')
    expect((await fork.inspect()).status).toBe('closed')
    expect((await world.hf.session('a').fork('g', { at: 1 })).id).toBe('g')
    await world.hf.session('g').set('n', 5)
    await world.hf.session('a').reopen()
    await world.hf.session('a').set('n', 3)
    expect((await world.hf.sessions.list({ status: 'closed' })).sessions.map(({ id }) => id)).toEqual(['f'])
    await world.hf.session('f').destroy()
    expect((await world.hf.sessions.list({ status: 'closed' })).sessions).toEqual([])
  })
})
