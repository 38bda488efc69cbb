import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineTask, type RunContext } from '../index.ts'
import { onEveryEngine } from '../world.testing.ts'
import { standsAt } from './stands.testing.ts'

onEveryEngine((open) => {
  test('T23 a run starts others once, waits for what they come to without a worker, and goes on in another process', async () => {
    let paid = 0
    const pay = defineTask('pay', { input: z.object({ order: z.string() }) }, async (ctx, { order }) => {
      await ctx.sleep('until the bank opens', '5s')
      return ctx.step('pay', () => `${order} ${++paid}`)
    })
    const refund = defineTask('refund', async (ctx: RunContext, orders: readonly string[]) => {
      const payments = []
      for (const order of orders) payments.push(await ctx.start(pay, { order }))
      return Promise.all(payments.map((payment) => payment.result()))
    })
    const world = await open({ tasks: [pay, refund], worker: true })
    const run = await world.hf.session('s').start(refund, ['A', 'B'], { key: 'm1' })
    await standsAt(world, world.hf, run.id, 'waiting')
    expect(world.hf.dispatcher.running).toBe(0)
    expect((await world.hf.runs.list({ task: 'pay' })).map(({ id }) => id).toSorted()).toEqual([
      's/pay.refund.m1+pay',
      's/pay.refund.m1+pay#2',
    ])
    expect((await run.inspect()).waits).toContainEqual({
      step: 'pay.refund.m1+pay result',
      for: 'run',
      until: null,
      run: 's/pay.refund.m1+pay',
    })
    await world.crash()
    const hf = await world.open({ tasks: [pay, refund], worker: true })
    await world.clock.turn(6000)
    await standsAt(world, hf, run.id, 'done')
    const payments = (await hf.run(run.id).result()) as string[]
    expect(payments.map((payment) => payment.slice(0, 1))).toEqual(['A', 'B'])
    expect(paid).toBe(2)
  })

  test('T23 a child that is over when it is waited for is taken at once; one that fails is told to the code', async () => {
    const quick = defineTask('quick', async (_: RunContext, fails: boolean) => {
      if (fails) throw new TypeError('no such order')
      return 'quick'
    })
    const outer = defineTask('outer', async (ctx: RunContext, _: null) => {
      const good = await ctx.start(quick, false, { name: 'good' })
      const bad = await ctx
        .start({ ...quick, retry: { attempts: 1 } } as typeof quick, true)
        .catch(({ message }: Error) => message)
      const failing = await ctx.start(quick, true, { name: 'bad' })
      await ctx.sleep('a while', '60s')
      return [await good.result(), bad, await failing.result().catch(({ message }: Error) => message)]
    })
    const world = await open({ tasks: [quick, outer], worker: true })
    const run = await world.hf.session('s').start(outer, null, { key: 'k' })
    await world.clock.turn(61_000)
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toEqual([
      'quick',
      expect.stringContaining('Task quick is not known here'),
      expect.stringContaining('Run s/quick.outer.k+bad failed: no such order'),
    ])
  })

  test('T23 children are cancelled with their parent', async () => {
    const inner = defineTask('inner', async (ctx: RunContext, _: null) => ctx.event('never'))
    const outer = defineTask('outer', async (ctx: RunContext, _: null) => (await ctx.start(inner, null)).result())
    const world = await open({ tasks: [inner, outer], worker: true })
    const run = await world.hf.session('s').start(outer, null, { key: 'k' })
    await standsAt(world, world.hf, 's/inner.outer.k+inner', 'waiting').catch(() => {})
    await standsAt(world, world.hf, run.id, 'waiting')
    await run.cancel()
    expect((await world.hf.run('s/inner.outer.k+inner').inspect()).status).toBe('cancelled')
  })
})
