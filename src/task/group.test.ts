import { expect, test } from 'vitest'
import { defineTask, type RunContext } from '../index.ts'
import { until } from '../runtime/virtual-clock.testing.ts'
import { onEveryEngine } from '../world.testing.ts'
import { standsAt } from './stands.testing.ts'

onEveryEngine((open) => {
  test('T19 steps of groups side by side keep apart, whichever is asked for first', async () => {
    const paid: string[] = []
    const gates = { a: Promise.resolve(), b: Promise.resolve() }
    const refund = (ctx: RunContext, order: 'a' | 'b') =>
      ctx.group(`refund ${order}`, async () => {
        await gates[order]
        const { approved } = await ctx.approval({ title: `Refund ${order}?` })
        return approved ? ctx.step('pay', () => paid.push(order) && order) : 'no'
      })
    const task = defineTask('refunds', (ctx: RunContext, _: null) => Promise.all([refund(ctx, 'a'), refund(ctx, 'b')]))
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await standsAt(world, world.hf, run.id, 'waiting')
    const open1 = await world.hf.approvals.list()
    expect(open1.map(({ id, title }) => [id, title])).toEqual([
      [`${run.id}:refund a>approval`, 'Refund a?'],
      [`${run.id}:refund b>approval`, 'Refund b?'],
    ])
    gates.a = new Promise((resolve) => setImmediate(resolve))
    await world.hf.approvals.decide(`${run.id}:refund b>approval`, { approved: true })
    await until('b to be paid', async () => {
      await world.clock.turn(20)
      return paid.length === 1
    })
    await standsAt(world, world.hf, run.id, 'waiting')
    await world.hf.approvals.decide(`${run.id}:refund a>approval`, { approved: false })
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toEqual(['no', 'b'])
    expect(paid).toEqual(['b'])
  })

  test('T19 what a group came to is recorded: its code does not run again, and its steps need not be asked for', async () => {
    let times = 0
    const task = defineTask('once', async (ctx: RunContext, _: null) => {
      const sum = await ctx.group('sum', async () => {
        times++
        return (await ctx.step('one', () => 1)) + (await ctx.group('inner', () => ctx.step('two', () => 2)))
      })
      const error = await ctx
        .group('fails', async () => {
          times++
          await ctx.step('three', () => 3)
          throw new TypeError('three is too much')
        })
        .catch(({ message }: Error) => message)
      await ctx.sleep('a while', '5s')
      return [sum, error, await ctx.step('after', () => 'after')]
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await standsAt(world, world.hf, run.id, 'waiting')
    await world.clock.turn(6000)
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toEqual([3, 'Step fails failed: three is too much', 'after'])
    expect(times).toBe(2)
    expect((await run.inspect()).steps.map(({ name }) => name)).toEqual([
      'sum',
      'sum>one',
      'sum>inner',
      'sum>inner>two',
      'fails',
      'fails>three',
      'a while',
      'after',
    ])
  })

  test('T19 a group at work keeps the attempt from ending while another one waits; code after its end is outside', async () => {
    const working = Promise.withResolvers<void>()
    let looked = 0
    const task = defineTask('both', async (ctx: RunContext, _: null) => {
      const looking = ctx.group('look', async () => {
        looked++
        await working.promise
        return 'seen'
      })
      const later = Promise.withResolvers<string>()
      const asking = ctx.group('ask', async () => {
        void looking.then(() => ctx.step('late', () => 'late').then(later.resolve))
        return (await ctx.event<string>('answer')) as string
      })
      return [await looking, await asking, await later.promise]
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await until('the wait to be noted', async () => {
      await world.clock.turn(20)
      return (await run.inspect()).steps.some(({ status }) => status === 'waiting')
    })
    expect((await run.inspect()).status).toBe('running')
    working.resolve()
    await standsAt(world, world.hf, run.id, 'waiting')
    await run.send('answer', 'yes')
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toEqual(['seen', 'yes', 'late'])
    expect(looked).toBe(1)
  })

  test('T19 names of steps do not look like those within groups', async () => {
    const task = defineTask('named', (ctx: RunContext, _: null) =>
      ctx.step('a>b', () => 1).catch(({ message }: Error) => message),
    )
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toContain('without >')
  })
})
