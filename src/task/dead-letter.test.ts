import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineTask, type RunContext } from '../index.ts'
import { onEveryEngine } from '../world.testing.ts'
import { standsAt } from './stands.testing.ts'

/** A task that pays what it is told to, when the bank is there. */
function paying(bank: { isThere: boolean; paid: string[] }) {
  return defineTask('pay', { input: z.object({ order: z.string().min(2) }), retry: { attempts: 1 } }, async (ctx, { order }) => {
    await ctx.step('note', () => bank.paid.push('noted'))
    const fee = await ctx.step('fee', () => Promise.reject(new Error('no fee')), { retry: { attempts: 1 } }).catch(() => 0)
    const pay = () => {
      if (!bank.isThere || order === 'A-0') throw new TypeError(`${order} is not paid`)
      bank.paid.push(order)
      return `receipt of ${order}`
    }
    const receipt = await ctx.group('bank', () => ctx.step('pay', pay, { retry: { attempts: 1 } }))
    return { fee, receipt }
  })
}

onEveryEngine((open) => {
  test('T24 a dead letter is tried again: the step it failed of, too, but no failure that the code has gone on from', async () => {
    const bank = { isThere: false, paid: [] as string[] }
    const task = paying(bank)
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, { order: 'A-1' })
    await standsAt(world, world.hf, run.id, 'failed')
    expect((await world.hf.runs.list({ status: 'failed' })).map(({ id }) => id)).toEqual([run.id])
    bank.isThere = true
    await run.retry()
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toEqual({ fee: 0, receipt: 'receipt of A-1' })
    expect(bank.paid).toEqual(['noted', 'A-1'])
  })

  test('T24 it can be given something else, which its task must take', async () => {
    const bank = { isThere: true, paid: [] as string[] }
    const task = paying(bank)
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, { order: 'A-0' })
    await standsAt(world, world.hf, run.id, 'failed')
    await expect(run.retry({ input: { order: 'A' } })).rejects.toMatchObject({ code: 'invalid' })
    await run.retry({ input: { order: 'A-7' } })
    await standsAt(world, world.hf, run.id, 'done')
    expect([bank.paid, (await run.inspect()).input]).toEqual([['noted', 'A-7'], { order: 'A-7' }])
    await expect(run.retry({ input: { order: 'A-8' } })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('T24 the step it failed of can be skipped, or the letter put away', async () => {
    const bank = { isThere: false, paid: [] as string[] }
    const task = paying(bank)
    const broken = defineTask('broken', { retry: { attempts: 1 } }, (_: RunContext, __: null) =>
      Promise.reject(new TypeError('broken')),
    )
    const world = await open({ tasks: [task, broken], worker: true })
    const run = await world.hf.session('s').start(task, { order: 'A-1' })
    await standsAt(world, world.hf, run.id, 'failed')
    await run.skip('paid by hand')
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toEqual({ fee: 0, receipt: 'paid by hand' })
    const other = await world.hf.session('s').start(broken, null)
    await standsAt(world, world.hf, other.id, 'failed')
    await expect(other.skip()).rejects.toMatchObject({ code: 'conflict' })
    await other.cancel()
    expect(await world.hf.runs.list({ status: 'failed' })).toEqual([])
  })

  test('T25 a fork has what was recorded before a step, does the rest anew, and names what has happened already', async () => {
    const done: string[] = []
    const task = defineTask('trip', async (ctx: RunContext, town: string) => {
      const did = (name: string) => ctx.step(name, ({ key }) => done.push(`${name} ${town} ${key}`) && name)
      await did('plan')
      await ctx.group('book', async () => {
        await did('flight')
        await did('hotel')
      })
      await did('tell')
      return town
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, 'Rome', { key: 'k' })
    await standsAt(world, world.hf, run.id, 'done')
    await expect(run.fork({ step: 'book>train' })).rejects.toMatchObject({ code: 'not_found' })
    const { run: fork, warnings } = await run.fork({ step: 'book>hotel', key: 'f', input: 'Oslo' })
    expect(warnings.toSorted()).toEqual(['book', 'book>hotel', 'tell'])
    await standsAt(world, world.hf, fork.id, 'done')
    expect(await fork.result()).toBe('Oslo')
    expect(done.slice(4)).toEqual(['hotel Oslo s/trip.f/book>hotel', 'tell Oslo s/trip.f/tell'])
    expect((await fork.inspect()).origin).toEqual({ run: run.id, step: 'book>hotel' })
    await expect(run.fork({ step: 'tell', key: 'f' })).rejects.toMatchObject({ code: 'conflict' })
  })
})
