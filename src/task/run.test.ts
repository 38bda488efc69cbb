import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineSession, defineTask, type RunContext, type RunQuery, StepError } from '../index.ts'
import { localOwner } from '../runtime/index.ts'
import { until } from '../runtime/virtual-clock.testing.ts'
import { onEveryEngine } from '../world.testing.ts'
import { Journal } from './journal.ts'
import { standsAt } from './stands.testing.ts'

/** A task whose steps count how often they are done. */
function counting(done: Map<string, number>) {
  const did = (name: string): number => {
    const times = (done.get(name) ?? 0) + 1
    done.set(name, times)
    return times
  }
  return defineTask('count', async (ctx: RunContext, steps: number) => {
    let sum = 0
    for (let i = 0; i < steps; i++) sum += await ctx.step('add', () => did(`add ${i}`))
    return sum
  })
}

onEveryEngine((open) => {
  test('T1 a run does its steps in order, records each and answers what the code returns', async () => {
    const done = new Map<string, number>()
    const task = counting(done)
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, 3)
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toBe(3)
    const seen = await run.inspect()
    expect(seen).toMatchObject({ session: 's', task: 'count', by: 'local', input: 3, output: 3, error: null })
    expect(seen.steps.map(({ name, status, value }) => [name, status, value])).toEqual([
      ['add', 'done', 1],
      ['add#2', 'done', 1],
      ['add#3', 'done', 1],
    ])
  })

  test('T2 the same key is the same run; another input under it is refused', async () => {
    const done = new Map<string, number>()
    const task = counting(done)
    const world = await open({ tasks: [task], worker: true })
    const session = world.hf.session('s')
    const [one, two] = await Promise.all([session.start(task, 2, { key: 'm/1' }), session.start(task, 2, { key: 'm/1' })])
    expect(two.id).toBe(one.id)
    await expect(session.start(task, 3, { key: 'm/1' })).rejects.toMatchObject({ code: 'conflict' })
    await standsAt(world, world.hf, one.id, 'done')
    expect([...done.values()]).toEqual([1, 1])
    expect((await session.start(task, 2, { key: 'm/1' })).id).toBe(one.id)
  })

  test('T3 a process that dies in a step does that one again, and none before it', async () => {
    const done: string[] = []
    const stuck = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const task = defineTask('three', async (ctx: RunContext, _: null) => {
      for (const name of ['a', 'b', 'c']) {
        await ctx.step(name, async () => {
          done.push(name)
          if (name !== 'b' || done.filter((each) => each === 'b').length > 1) return
          begun.resolve()
          await stuck.promise
        })
      }
      return 'end'
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await until('b to begin', async () => {
      await world.clock.turn(1)
      return done.includes('b')
    })
    await begun.promise
    await world.crash()
    const hf = await world.open({ tasks: [task], worker: true })
    await world.clock.turn(20_000)
    await standsAt(world, hf, run.id, 'done')
    expect(done).toEqual(['a', 'b', 'b', 'c'])
    expect(await hf.run(run.id).result()).toBe('end')
    stuck.resolve()
  })

  test('T4 a step that fails is tried again; what it throws in the end is thrown in the code, each time the same', async () => {
    let tries = 0
    const task = defineTask('fails', async (ctx: RunContext, _: null) => {
      const caught = await ctx
        .step('never', () => {
          tries++
          throw new TypeError('no such thing')
        })
        .catch((error: Error) => `${error.name} ${error.message}`)
      await ctx.sleep('a while', '30s')
      return caught
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await standsAt(world, world.hf, run.id, 'waiting')
    await world.clock.turn(30_000)
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toBe('StepError Step never failed: no such thing')
    expect(tries).toBe(3)
  })

  test('T5 waiting for days holds no worker and survives restarts', async () => {
    const task = defineTask('waits', async (ctx: RunContext, _: null) => {
      await ctx.sleep('night', '40s')
      const paid = await ctx.event<{ amount: number }>('paid')
      return paid.amount
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await standsAt(world, world.hf, run.id, 'waiting')
    expect(world.hf.dispatcher.running).toBe(0)
    await world.close()
    const hf = await world.open({ tasks: [task], worker: true })
    await world.clock.turn(45_000)
    await until('it to wait for the payment', async () => {
      await world.clock.turn(20)
      return (await hf.run(run.id).inspect()).steps.some(({ wait }) => wait?.for === 'event')
    })
    await hf.run(run.id).send('paid', { amount: 7 })
    await standsAt(world, hf, run.id, 'done')
    expect(await hf.run(run.id).result()).toBe(7)
    expect((await hf.run(run.id).inspect()).steps.map(({ name, order }) => [name, order])).toEqual([
      ['night', 1],
      ['paid', 2],
    ])
  })

  test('T6 events that come before they are waited for are kept, in order', async () => {
    const go = Promise.withResolvers<void>()
    const task = defineTask('mail', async (ctx: RunContext, _: null) => {
      await ctx.step('slow', () => go.promise)
      return [await ctx.event('m'), await ctx.event('m')]
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await run.send('m', 1)
    await run.send('m', 2)
    go.resolve()
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toEqual([1, 2])
  })

  test('T6 names are whole: events and streams of a name get nothing of one that only begins like it', async () => {
    const task = defineTask('mail', async (ctx: RunContext, _: null) => {
      await ctx.stream(
        (async function* () {
          yield 'inner'
        })(),
        { name: 'a/b' },
      )
      await ctx.stream(
        (async function* () {
          yield 'outer'
        })(),
        { name: 'a' },
      )
      const refused = await ctx.step('m#2', () => 1).catch((error: Error) => error.message)
      return [await ctx.event('m'), await ctx.event('m/n'), refused]
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await run.send('m/n', 'inner')
    await run.send('m', 'outer')
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toEqual(['outer', 'inner', expect.stringContaining('does not end like m#2')])
    expect(await Array.fromAsync(run.stream({ name: 'a' }))).toEqual(['outer'])
    expect(await Array.fromAsync(run.stream({ name: 'a', after: 1 }))).toEqual([])
  })

  test('T7 an approval is listed, decided once, and the run goes on with the decision', async () => {
    const task = defineTask('ask', async (ctx: RunContext, amount: number) => {
      const { approved, reason, by, data } = await ctx.approval({
        title: `Refund ${amount}`,
        data: { order: 'o-1' },
        expires: '2d',
      })
      return { approved, reason, by, data }
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, 300)
    await standsAt(world, world.hf, run.id, 'waiting')
    const [open1] = await world.hf.approvals.list()
    expect(open1).toMatchObject({ run: run.id, session: 's', title: 'Refund 300', data: { order: 'o-1' } })
    const amy = world.hf.as({ id: 'amy', tenant: 'default' }).approvals
    await amy.decide(open1?.id ?? '', { approved: true, reason: 'fair', data: { order: 'o-2' } })
    await expect(world.hf.approvals.decide(open1?.id ?? '', { approved: false })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('approved by amy'),
    })
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toEqual({ approved: true, reason: 'fair', by: 'amy', data: { order: 'o-2' } })
    expect(await world.hf.approvals.list()).toEqual([])
  })

  test('T7 one that nobody decides expires, and a late decision is told so', async () => {
    const task = defineTask('ask', (ctx: RunContext, _: null) => ctx.approval({ title: 'May I?', expires: '1m' }))
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await standsAt(world, world.hf, run.id, 'waiting')
    const [asked] = await world.hf.approvals.list()
    await world.clock.turn(61_000)
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toEqual({ approved: false, reason: 'expired' })
    await expect(world.hf.approvals.decide(asked?.id ?? '', { approved: true })).rejects.toThrow('has expired')
  })

  test('T8 a commit of several domains is the record of its step: it is done once', async () => {
    const Support = defineSession('support', { schema: z.object({ asked: z.number().default(0) }) })
    let crashes = 1
    const task = defineTask('heard', { session: Support }, async (ctx, text: string) => {
      const asked = await ctx.commit('heard', (tx) => {
        tx.entity('note', 'n').set('text', text)
        tx.session.state.asked++
        return tx.session.state.asked
      })
      if (crashes-- > 0) throw new Error('a bug between two steps')
      return asked
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session(Support, 's').start(task, 'hello')
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toBe(1)
    expect(await world.hf.session(Support, 's').get()).toEqual({ asked: 1 })
  })

  test('T9 code that has changed under a run makes it needs_migration; mended code goes on with it', async () => {
    const done: string[] = []
    const version = (pay: string) =>
      defineTask('pay', async (ctx: RunContext, _: null) => {
        await ctx.step(pay, () => void done.push(pay))
        await ctx.sleep('night', '40s')
        return 'paid'
      })
    const first = version('pay')
    const world = await open({ tasks: [first], worker: true })
    const run = await world.hf.session('s').start(first, null)
    await standsAt(world, world.hf, run.id, 'waiting')
    await world.close()
    const renamed = await world.open({ tasks: [version('pay by card')], worker: true })
    await world.clock.turn(40_000)
    await standsAt(world, renamed, run.id, 'needs_migration')
    await expect(renamed.run(run.id).result()).rejects.toMatchObject({
      code: 'needs_migration',
      message: expect.stringContaining('pay'),
    })
    expect(done).toEqual(['pay'])
    await world.close()
    const mended = await world.open({ tasks: [version('pay')], worker: true })
    await mended.run(run.id).retry()
    await standsAt(world, mended, run.id, 'done')
    expect(done).toEqual(['pay'])
  })

  test('T9 code that waits for something else than what is recorded does not wait in silence', async () => {
    const version = (before: (ctx: RunContext) => Promise<unknown>, event: string) =>
      defineTask('hear', async (ctx: RunContext, _: null) => {
        await before(ctx)
        await ctx.step('listen', () => 1)
        return ctx.event(event)
      })
    const nothing = async (): Promise<void> => {}
    const first = version(nothing, 'said')
    const world = await open({ tasks: [first], worker: true })
    const run = await world.hf.session('s').start(first, null)
    await standsAt(world, world.hf, run.id, 'waiting')
    await world.close()
    const away = await world.open({ worker: false })
    await away.run(run.id).send('said', 'hello')
    await world.close()
    const patient = await world.open({ tasks: [version((ctx) => ctx.sleep('night', '10d'), 'said')], worker: true })
    await standsAt(world, patient, run.id, 'needs_migration')
    await world.close()
    const deaf = await world.open({ tasks: [version(nothing, 'told')], worker: true })
    await deaf.run(run.id).retry()
    await standsAt(world, deaf, run.id, 'needs_migration')
    await world.close()
    const mended = await world.open({ tasks: [first], worker: true })
    await mended.run(run.id).retry()
    await standsAt(world, mended, run.id, 'done')
    expect(await mended.run(run.id).result()).toBe('hello')
  })

  test('T10 waits that were not waited for end with their run', async () => {
    const task = defineTask('first', async (ctx: RunContext, _: null) =>
      Promise.race([ctx.step('quick', () => 'quick'), ctx.approval({ title: 'May I?', expires: '1d' })]),
    )
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toBe('quick')
    expect(await world.hf.approvals.list()).toEqual([])
    expect(await world.hf.store.engine.outbox({ state: 'due', limit: 10 })).toEqual([])
  })

  test('T10 a run that was cancelled does nothing any more, and says so', async () => {
    const task = defineTask('long', async (ctx: RunContext, _: null) => {
      await ctx.sleep('night', '40s')
      await ctx.step('after', () => 1)
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await standsAt(world, world.hf, run.id, 'waiting')
    await run.cancel()
    await expect(run.result()).rejects.toMatchObject({ code: 'cancelled' })
    await world.clock.turn(45_000)
    expect((await run.inspect()).steps.map(({ name }) => name)).toEqual(['night'])
    await expect(run.send('x')).rejects.toMatchObject({ code: 'conflict' })
  })

  test('T11 a run whose code fails for good is failed, with the reason, and can be tried again', async () => {
    let broken = true
    const task = defineTask('broken', { retry: { attempts: 2, backoff: 10 } }, async (ctx: RunContext, _: null) => {
      await ctx.step('a', () => 1)
      if (broken) throw new RangeError('off by one')
      return 'well'
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await standsAt(world, world.hf, run.id, 'failed')
    await expect(run.result()).rejects.toMatchObject({ code: 'failed', message: expect.stringContaining('off by one') })
    broken = false
    await run.retry()
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toBe('well')
  })

  test('T12 unknown tasks, inputs that do not fit and names that cannot be are refused, and nothing is started', async () => {
    const input = z.object({ amount: z.number().positive() })
    const known = defineTask('known', { input }, async (_: RunContext, { amount }) => amount)
    const unknown = defineTask('unknown', async (_: RunContext, __: null) => 1)
    const world = await open({ tasks: [known], worker: true })
    const session = world.hf.session('s')
    await expect(session.start(unknown, null)).rejects.toThrow('open the store with { tasks: [...] }')
    await expect(session.start(known, { amount: -1 }, { key: 'k' })).rejects.toMatchObject({
      code: 'invalid',
      details: { issues: [{ path: 'amount' }] },
    })
    await expect(world.hf.run('s/known.k').inspect()).rejects.toMatchObject({ code: 'not_found' })
    expect(() => defineTask('a/b', async (_: RunContext, __: null) => 1)).toThrow('without /')
    await expect(world.open({ tasks: [known, { ...known }] })).rejects.toThrow('Two tasks are named known')
  })

  test('T12 a result that cannot be stored fails its step with the path, and run and process go on', async () => {
    const task = defineTask('odd', async (ctx: RunContext, _: null) => {
      const failed = await ctx.step('odd', () => ({ deep: { of: () => 1 } })).catch((error: unknown) => error)
      return failed instanceof StepError ? failed.failure : 'nothing wrong'
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toMatchObject({ code: 'invalid', message: expect.stringContaining('deep.of') })
  })

  test('T13 what waits beside steps that are at work is asked for at once, and taken when it comes', async () => {
    const go = Promise.withResolvers<number>()
    const task = defineTask('both', async (ctx: RunContext, _: null) =>
      Promise.all([ctx.approval({ title: 'May I?' }), ctx.step('long', () => go.promise), ctx.event('hint')]),
    )
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await until('it to ask', async () => {
      await world.clock.turn(5)
      return (await world.hf.approvals.list()).length === 1
    })
    const [asked] = await world.hf.approvals.list()
    await world.hf.approvals.decide(asked?.id ?? '', { approved: true })
    await run.send('hint', 'h')
    go.resolve(5)
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toEqual([{ approved: true, by: 'local', data: null }, 5, 'h'])
  })

  test('T14 an attempt that lost its claim records nothing any more', async () => {
    const task = defineTask('slow', async (ctx: RunContext, _: null) => ctx.sleep('long', '1d'))
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await standsAt(world, world.hf, run.id, 'waiting')
    const journal = (epoch: number) => new Journal(world.hf.runtime, localOwner, run.id, epoch)
    expect([...((await journal(7).claim(5))?.steps.keys() ?? [])]).toEqual(['long'])
    await expect(journal(6).record('late', 2, { value: 1 })).rejects.toMatchObject({ code: 'conflict' })
    await expect(journal(6).do('late', 2, (tx) => tx.entity('note', 'n').set('a', 1))).rejects.toMatchObject({ code: 'conflict' })
    expect(await journal(7).record('first', 2, { value: 1 })).toEqual({ order: 2, value: 1 })
    expect(await journal(7).record('first', 2, { value: 2 })).toEqual({ order: 2, value: 1 })
    expect((await run.inspect()).steps.map(({ name }) => name)).toEqual(['long', 'first'])
  })

  test('T16 runs are listed by status, task and session; those that failed are there until somebody tries them again', async () => {
    const ask = defineTask('ask', (ctx: RunContext, _: null) => ctx.approval({ title: 'May I?' }))
    const bad = defineTask('bad', { retry: { attempts: 1 } }, async (_: RunContext, __: null) => {
      throw new Error('never')
    })
    const world = await open({ tasks: [ask, bad], worker: true })
    const { hf } = world
    const started = [
      await hf.session('a').start(ask, null, { key: '1' }),
      await hf.session('b').start(ask, null, { key: '1' }),
      await hf.session('b').start(bad, null, { key: '1' }),
    ]
    for (const [i, { id }] of started.entries()) await standsAt(world, hf, id, i < 2 ? 'waiting' : 'failed')
    const ids = async (query: RunQuery) => (await hf.runs.list(query)).map(({ id }) => id).toSorted()
    expect(await ids({})).toEqual(['a/ask.1', 'b/ask.1', 'b/bad.1'])
    expect(await ids({ status: 'failed' })).toEqual(['b/bad.1'])
    expect(await ids({ status: 'waiting', session: 'b' })).toEqual(['b/ask.1'])
    expect(await ids({ task: 'ask', limit: 1 })).toHaveLength(1)
    await expect(hf.runs.list({ limit: 0 })).rejects.toMatchObject({ code: 'invalid' })
  })

  test('T17 runs end with their session: cancelled when it is closed, gone when it is deleted', async () => {
    const task = defineTask('ask', (ctx: RunContext, _: null) => ctx.approval({ title: 'May I?', expires: '1m' }))
    const world = await open({ tasks: [task], worker: true })
    const { hf } = world
    await hf.session('closed').set('n', 1)
    await hf.session('deleted').set('n', 1)
    const closed = await hf.session('closed').start(task, null)
    const deleted = await hf.session('deleted').start(task, null)
    for (const { id } of [closed, deleted]) await standsAt(world, hf, id, 'waiting')
    await hf.session('closed').close()
    await hf.session('deleted').destroy()
    await expect(closed.result()).rejects.toMatchObject({ code: 'cancelled' })
    await expect(deleted.inspect()).rejects.toMatchObject({ code: 'not_found' })
    await world.clock.turn(61_000)
    expect(await hf.approvals.list()).toEqual([])
    expect(await hf.store.engine.outbox({ state: 'due', limit: 10 })).toEqual([])
  })
})
