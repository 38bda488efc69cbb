import { expect, test } from 'vitest'
import { AttemptError, defineTask, type RunContext } from '../index.ts'
import { until } from '../runtime/virtual-clock.testing.ts'
import { onEveryEngine } from '../world.testing.ts'
import { standsAt } from './stands.testing.ts'

onEveryEngine((open) => {
  test('T15 processes that end in order do not count', async () => {
    let begun = 0
    const task = defineTask('slow', { retry: { attempts: 2 } }, async (ctx: RunContext, _: null) => {
      await ctx.step('long', () => (++begun < 6 ? new Promise<void>(() => {}) : undefined))
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    for (let ends = 1; ends < 6; ends++) {
      await until('the step to begin', async () => {
        await world.clock.turn(20)
        return begun === ends
      })
      await world.close()
      await world.open({ tasks: [task], worker: true })
    }
    await standsAt(world, world.hf, run.id, 'done')
  })

  test('T15 a run that its process dies of is given up, also when one before has ended in order', async () => {
    const task = defineTask('deadly', { retry: { attempts: 3 } }, async (ctx: RunContext, _: null) => {
      await ctx.step('deadly', () => new Promise<void>(() => hanging++))
    })
    let hanging = 0
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    const now = async () => (await world.hf.run(run.id).inspect()).status
    for (let before = 0; (await now()) === 'running'; ) {
      await until('it to hang, or to be over', async () => {
        await world.clock.turn(1000)
        return hanging > before || (await now()) !== 'running'
      })
      await (before === 0 ? world.close() : world.crash())
      before = hanging
      await world.open({ tasks: [task], worker: true })
      await world.clock.turn(16_000)
    }
    expect([await now(), hanging]).toEqual(['failed', 4])
  })

  test.each([
    [
      'T15 a run that its process dies of is given up',
      1,
      9,
      'failed',
      expect.stringContaining('begun 2 times and recorded nothing more'),
    ],
    ['T15 one that records something between the deaths is not', 4, 1, 'done', null],
  ])('%s', async (_, steps, deathsEach, status, reason) => {
    const begun: number[] = []
    let hanging = 0
    const hang = () => new Promise<void>(() => hanging++)
    const task = defineTask('deadly', { retry: { attempts: 2 } }, async (ctx: RunContext, __: null) => {
      for (let i = 0; i < steps; i++) {
        await ctx.step('deadly', () => {
          begun.push(i)
          return begun.filter((each) => each === i).length > deathsEach ? undefined : hang()
        })
      }
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    const now = async () => (await world.hf.run(run.id).inspect()).status
    for (let before = 0; (await now()) === 'running'; ) {
      await until('it to hang, or to be over', async () => {
        await world.clock.turn(1000)
        return hanging > before || (await now()) !== 'running'
      })
      await world.crash()
      before = hanging
      await world.open({ tasks: [task], worker: true })
      await world.clock.turn(16_000)
    }
    expect(await now()).toBe(status)
    const { error } = await world.hf.run(run.id).inspect()
    expect(error?.message ?? null).toEqual(reason)
  })

  test('T21 a step that ends its attempt is not recorded; the run is tried again as the policy of its task says', async () => {
    const begun: number[] = []
    const task = defineTask('breaks', { retry: { attempts: 3, backoff: 1000 } }, async (ctx: RunContext, times: number) => {
      await ctx.step('first', () => begun.push(0))
      return ctx
        .step('said', () => {
          begun.push(1)
          if (begun.length <= times) throw new AttemptError('broke off', { cause: new TypeError('socket closed') })
          return 'all'
        })
        .catch(() => 'never told to the code')
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, 3)
    await world.clock.turn(3000)
    await standsAt(world, world.hf, run.id, 'done')
    expect([await run.result(), begun]).toEqual(['all', [0, 1, 1, 1]])
    const lost = await world.hf.session('s').start(task, 99)
    await world.clock.turn(5000)
    await standsAt(world, world.hf, lost.id, 'failed')
    expect((await lost.inspect()).error).toEqual({ name: 'TypeError', message: 'socket closed' })
  })
})
