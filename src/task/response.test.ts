import { expect, test } from 'vitest'
import { defineTask, type RunContext } from '../index.ts'
import { until } from '../runtime/virtual-clock.testing.ts'
import { onEveryEngine } from '../world.testing.ts'
import { standsAt } from './stands.testing.ts'

async function* numbers(count: number) {
  for (let i = 0; i < count; i++) yield { type: 'data-n', data: new Date(i) }
}

const say = defineTask('say', async (ctx: RunContext, count: number) => {
  await ctx.stream(numbers(count))
  if (count === 0) await ctx.event('go')
})

onEveryEngine((open) => {
  test('T19 the answer of a server is made of a stream: an event for each chunk, with what a reader comes back with, and an end', async () => {
    const world = await open({ tasks: [say], worker: true })
    const run = await world.hf.session('s').start(say, 3)
    await standsAt(world, world.hf, run.id, 'done')
    const response = run.response({ after: 1, headers: { 'cache-control': 'no-store', 'x-mine': '1' } })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=UTF-8',
      'cache-control': 'no-store',
      'x-mine': '1',
      'x-vercel-ai-ui-message-stream': 'v1',
    })
    expect(await response.text()).toBe(
      [
        'id: 2\ndata: {"type":"data-n","data":{"$date":"1970-01-01T00:00:00.001Z"}}\n\n',
        'id: 3\ndata: {"type":"data-n","data":{"$date":"1970-01-01T00:00:00.002Z"}}\n\n',
        'data: [DONE]\n\n',
      ].join(''),
    )
    expect(() => run.response({ after: -1 })).toThrow('a number of chunks')
    await expect(world.hf.run('s/say.nobody').response().text()).rejects.toMatchObject({ code: 'not_found' })
  })

  test('T19 it keeps its connection open while the run waits, ends with a reader that leaves, and breaks off when the store closes', async () => {
    const world = await open({ tasks: [say], worker: true })
    const run = await world.hf.session('s').start(say, 0, { key: 'k' })
    await standsAt(world, world.hf, run.id, 'waiting')
    const [stays, leaves] = [run.response({ name: 'none' }).body, run.response({ name: 'none' }).body].map((body) =>
      body?.getReader(),
    )
    let first: string | undefined
    void stays?.read().then(({ value }) => {
      first = new TextDecoder().decode(value)
    })
    await until('a sign of life', async () => {
      await world.clock.turn(5000)
      return first !== undefined
    })
    expect(first).toBe(': still here\n\n')
    await leaves?.cancel()
    const broken = stays?.read()
    broken?.catch(() => {})
    await world.close()
    await expect(broken).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('T16 a run in a list tells how many steps it has and what it waits for, as the run itself does', async () => {
    const task = defineTask('mixed', async (ctx: RunContext, _: null) => {
      await ctx.step('a', () => 1)
      await Promise.all([ctx.sleep('nap', '1s'), ctx.event('early'), ctx.event('paid'), ctx.approval({ title: 'May I?' })])
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await run.send('early', 1)
    const agree = async () => {
      const [listed] = await world.hf.runs.list()
      const seen = await run.inspect()
      expect(listed?.steps).toBe(seen.steps.length)
      expect(listed?.waits).toEqual(expect.arrayContaining([...seen.waits]))
      expect(listed?.waits).toHaveLength(seen.waits.length)
      return seen.waits.map((wait) => wait.step).toSorted()
    }
    await standsAt(world, world.hf, run.id, 'waiting')
    expect(await agree()).toEqual(['approval', 'nap', 'paid'])
    await world.clock.turn(1500)
    await standsAt(world, world.hf, run.id, 'waiting')
    expect(await agree()).toEqual(['approval', 'paid'])
    await run.cancel()
    expect(await agree()).toEqual([])
  })
})
