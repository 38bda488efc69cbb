import { expect, test } from 'vitest'
import { assign, defineMachine } from '../statechart/index.ts'
import { collect, onEveryEngine } from '../world.testing.ts'
import { durable } from './index.ts'

const Light = defineMachine({
  id: 'light',
  types: {} as {
    context: { flips: number; at?: Date }
    events: { type: 'FLIP' } | { type: 'BREAK' } | { type: 'SPOIL' } | { type: 'NOTHING' }
    input: { flips: number }
  },
  context: ({ input }) => ({ flips: input?.flips ?? 0 }),
  initial: 'off',
  states: {
    off: {
      tags: 'dark',
      on: {
        FLIP: { target: 'on', actions: assign(({ context, now }) => ({ flips: context.flips + 1, at: new Date(now) })) },
        BREAK: {
          actions: assign(() => {
            throw new TypeError('the bulb is gone')
          }),
        },
        SPOIL: { actions: assign({ flips: () => (() => 1) as never }) },
      },
    },
    on: { on: { FLIP: 'off' } },
  },
})

onEveryEngine((open) => {
  test('DM1 a handle makes nothing; start makes an instance once', async () => {
    const { hf } = await open({ machines: [Light] })
    const light = hf.machine(Light, 'alice/1', 'light')
    for (const read of [() => light.send({ type: 'FLIP' }), () => light.snapshot(), () => light.stop(), () => light.tools()])
      await expect(read()).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('start it first') })
    await expect(light.at(1)).rejects.toMatchObject({ code: 'not_found' })
    expect(await light.start({ flips: 5 })).toMatchObject({ handled: true, revision: 1, context: { flips: 5 } })
    expect(await light.start({ flips: 9 })).toMatchObject({ handled: false, revision: 1, context: { flips: 5 } })
    expect(await collect(light.history())).toMatchObject([
      { event: { name: 'start' }, steps: [{ event: { input: { flips: 5 } } }] },
    ])
  })

  test('DM1 what cannot be an instance is refused: unknown machines, names with slashes', async () => {
    const { hf } = await open({ machines: [Light] })
    const stranger = defineMachine({ id: 'stranger' })
    expect(() => hf.machine(stranger, 's', 'x')).toThrow(/name it in open/)
    for (const [session, name] of [
      ['s', 'a/b'],
      ['s', ''],
      ['', 'a'],
    ] as const)
      expect(() => hf.machine(Light, session, name)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  test('DM2 an event is one commit, and another process goes on from it; rich values come back as they were', async () => {
    const world = await open({ machines: [Light] })
    const light = world.hf.machine(Light, 'alice/1', 'light')
    await light.start()
    const on = { revision: 2, states: ['on'], status: 'active', context: { flips: 1, at: new Date(world.clock.now()) } }
    expect(await light.send({ type: 'FLIP' })).toMatchObject({ handled: true, ...on })
    await world.crash()
    const again = (await world.open()).machine(Light, 'alice/1', 'light')
    expect(await again.snapshot()).toMatchObject(on)
    expect(await again.send({ type: 'FLIP' })).toMatchObject({ revision: 3, states: ['off'] })
  })

  test('DM2 the instance is in the tree of its session', async () => {
    const { hf } = await open({ machines: [Light] })
    await hf.machine(Light, 'alice/1', 'light').start()
    const row = await hf.timeline.row(hf.machine(Light, 'alice/1', 'light').ref)
    expect(row).toMatchObject({ kind: 'machine', id: 'alice/1/light', root: 'alice/1', schema: 'light' })
  })

  test('DM3 the same request with a key is answered as the first time and moves nothing', async () => {
    const world = await open({ machines: [Light] })
    const light = world.hf.machine(Light, 's', 'light')
    await light.start()
    const first = await light.send({ type: 'FLIP' }, { key: 'm-1' })
    await light.send({ type: 'FLIP' })
    await world.crash()
    const again = (await world.open()).machine(Light, 's', 'light')
    expect(await again.send({ type: 'FLIP' }, { key: 'm-1' })).toEqual({ ...first, replayed: true })
    expect(await again.snapshot()).toMatchObject({ revision: 3, states: ['off'] })
    await expect(again.send({ type: 'NOTHING' }, { key: 'm-1' })).rejects.toMatchObject({ code: 'invalid' })
  })

  test('DM4 an event that no transition takes is recorded, ignored or rejected, as the machine says', async () => {
    const world = await open({ machines: [Light] })
    const light = world.hf.machine(Light, 's', 'light')
    await light.start()
    const { context } = await light.snapshot()
    expect(await light.send({ type: 'NOTHING' })).toMatchObject({ handled: false, revision: 2, context })
    expect((await collect(light.history({ limit: 1 })))[0]?.steps).toEqual([{ event: { type: 'NOTHING' }, unhandled: true }])
    await world.crash()
    const ignoring = (await world.open({ machines: [durable(Light, { unhandled: 'ignore' })] })).machine(Light, 's', 'light')
    expect(await ignoring.send({ type: 'NOTHING' })).toMatchObject({ handled: false, revision: 2 })
    await world.crash()
    const rejecting = (await world.open({ machines: [durable(Light, { unhandled: 'reject' })] })).machine(Light, 's', 'light')
    await expect(rejecting.send({ type: 'NOTHING' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('is in off and takes no NOTHING'),
    })
    expect((await rejecting.snapshot()).revision).toBe(2)
  })

  test('DM5 content that throws, and a context that cannot be stored, change nothing', async () => {
    const { hf } = await open({ machines: [Light] })
    const light = hf.machine(Light, 's', 'light')
    await light.start()
    await expect(light.send({ type: 'BREAK' })).rejects.toMatchObject({ code: 'invalid', message: /the bulb is gone/ })
    await expect(light.send({ type: 'SPOIL' })).rejects.toMatchObject({ code: 'invalid', details: { path: 'context.flips' } })
    expect(await light.snapshot()).toMatchObject({ revision: 1, states: ['off'] })
    expect(await light.send({ type: 'FLIP' })).toMatchObject({ revision: 2 })
  })

  test('DM5 nobody can send what only the platform raises', async () => {
    const { hf } = await open({ machines: [Light] })
    const light = hf.machine(Light, 's', 'light')
    await light.start()
    const forged = ['done.invoke.x', 'done.state.x', 'error.invoke.x', 'error.execution', 'error.communication', 'after.1.x']
    for (const type of forged) await expect(light.send({ type } as never)).rejects.toMatchObject({ code: 'invalid' })
    for (const event of [{ type: 'FLIP', invokeId: 'x' }, {}, 'FLIP', null, { type: '' }, { type: 3 }])
      await expect(light.send(event as never)).rejects.toMatchObject({ code: 'invalid' })
    expect((await light.snapshot()).revision).toBe(1)
  })

  test('DM6 a stopped instance takes nothing any more, and stays readable', async () => {
    const { hf } = await open({ machines: [Light] })
    const light = hf.machine(Light, 's', 'light')
    await light.start()
    await light.stop()
    expect(await light.send({ type: 'FLIP' })).toMatchObject({ handled: false, status: 'stopped', states: ['off'] })
    expect(await light.can({ type: 'FLIP' })).toBe(false)
    expect(await light.start()).toMatchObject({ handled: false, status: 'stopped' })
  })

  test('DM6 a destroyed instance is gone from now on; its past stays, and its name can be used again', async () => {
    const world = await open({ machines: [Light] })
    const light = world.hf.machine(Light, 's', 'light')
    await light.start()
    await light.send({ type: 'FLIP' })
    await light.destroy()
    await expect(light.snapshot()).rejects.toMatchObject({ code: 'not_found' })
    await expect(light.destroy()).rejects.toMatchObject({ code: 'not_found' })
    expect((await world.hf.instances.list()).instances).toEqual([])
    expect((await light.at(2)).states).toEqual(['on'])
    expect(await light.start({ flips: 7 })).toMatchObject({ handled: true, revision: 4, states: ['off'], context: { flips: 7 } })
  })

  test('DM23 looking: can, nextEvents, matches, snapshot', async () => {
    const { hf } = await open({ machines: [Light] })
    const light = hf.machine(Light, 's', 'light')
    await light.start()
    expect([await light.can({ type: 'FLIP' }), await light.can({ type: 'NOTHING' })]).toEqual([true, false])
    expect(await light.nextEvents()).toEqual(['BREAK', 'SPOIL', 'FLIP'])
    expect([await light.matches('off'), await light.matches('on')]).toEqual([true, false])
    const snapshot = await light.snapshot()
    Object(snapshot.context).flips = 100
    expect((await light.snapshot()).context).toEqual({ flips: 0 })
  })
})
