import { expect, test } from 'vitest'
import { defineTask, type Holdfast, type RunContext, type StreamOptions } from '../index.ts'
import { until } from '../runtime/virtual-clock.testing.ts'
import { onEveryEngine, type World } from '../world.testing.ts'
import { standsAt } from './stands.testing.ts'

/** Words, a gap before each that the test opens. */
async function* words(count: number, before: (word: number) => Promise<unknown> | undefined): AsyncGenerator<string> {
  for (let i = 0; i < count; i++) {
    await before(i)
    yield `word ${i} ${'.'.repeat(i % 7)}`
  }
}

const all = (count: number): Promise<string[]> => Array.fromAsync(words(count, () => undefined))

/** What a reader gets, while time goes on. */
async function read(world: World, hf: Holdfast, run: string, options: StreamOptions = {}): Promise<unknown[]> {
  const chunks: unknown[] = []
  let isDone = false
  const reading = (async () => {
    for await (const chunk of hf.run(run).stream(options)) chunks.push(chunk)
    isDone = true
  })()
  await until('the stream to end', async () => {
    await world.clock.turn(20)
    return isDone
  })
  await reading
  return chunks
}

onEveryEngine((open) => {
  test('T18 readers get what a run streams, whole and in order, early, late, and from where they stopped', async () => {
    const task = defineTask('talk', async (ctx: RunContext, count: number) => {
      await ctx.stream(words(count, () => undefined))
      return 'said'
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, 4000)
    const expected = await all(4000)
    expect(await read(world, world.hf, run.id)).toEqual(expected)
    await standsAt(world, world.hf, run.id, 'done')
    for (const after of [0, 1, 1234, 3999, 4000, 9999])
      expect(await read(world, world.hf, run.id, { after })).toEqual(expected.slice(after))
  })

  test('T18 a stream that was cut off by a crash goes on behind what is stored; readers see no seam', async () => {
    const reached: number[] = []
    const task = defineTask('talk', async (ctx: RunContext, _: null) => {
      const wait = (word: number) => {
        reached.push(word)
        return word === 30 && reached.filter((each) => each === 30).length === 1 ? new Promise(() => {}) : undefined
      }
      await ctx.stream(words(60, wait))
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await until('the source to be stuck', async () => {
      await world.clock.turn(100)
      return reached.includes(30)
    })
    await world.clock.turn(100)
    const early = world.hf.run(run.id).stream().getReader()
    const first = []
    for (let i = 0; i < 30; i++) first.push((await early.read()).value)
    expect(first).toEqual((await all(60)).slice(0, 30))
    await world.crash()
    const hf = await world.open({ tasks: [task], worker: true })
    await world.clock.turn(16_000)
    expect(await read(world, hf, run.id, { after: 30 })).toEqual((await all(60)).slice(30))
    expect(await read(world, hf, run.id)).toEqual(await all(60))
  })

  test('T18 what was streamed is there while the run waits, and streams have names', async () => {
    const task = defineTask('ask', async (ctx: RunContext, _: null) => {
      await ctx.stream(
        words(3, () => undefined),
        { name: 'before' },
      )
      const approval = ctx.approval({ title: 'May I?' })
      void ctx.stream(words(9, (word) => (word === 2 ? approval : undefined)))
      await approval
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await standsAt(world, world.hf, run.id, 'waiting')
    expect(await read(world, world.hf, run.id, { name: 'before' })).toEqual(await all(3))
    const reader = world.hf.run(run.id).stream().getReader()
    expect([(await reader.read()).value, (await reader.read()).value]).toEqual(await all(2))
    await reader.cancel()
    await expect(world.hf.run('s/ask.nobody').stream().getReader().read()).rejects.toMatchObject({ code: 'not_found' })
  })

  test('T18 a chunk that cannot be stored is told to the code, and where it is', async () => {
    const task = defineTask('odd', async (ctx: RunContext, _: null) => {
      const source = async function* () {
        yield { fine: 1 }
        yield { of: () => 1 }
      }
      return ctx.stream(source()).catch((error: Error) => error.message)
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toContain('of')
    expect(await read(world, world.hf, run.id)).toEqual([{ fine: 1 }])
  })

  test('T20 an attempt that says something else takes the place of what was stored from there on; who has read that is told', async () => {
    const stuck = Promise.withResolvers<void>()
    let attempts = 0
    let isStuck = false
    const task = defineTask('talk', async (ctx: RunContext, _: null) => {
      const attempt = ++attempts
      const source = async function* () {
        yield* ['Dear', 'Ms.']
        if (attempt === 1) {
          yield* ['Smith', 'we', 'will', 'not']
          isStuck = true
          await stuck.promise
        }
        yield* ['Jones', 'yes']
      }
      await ctx.stream(source())
      await ctx.event('go on')
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await until('the source to be stuck', async () => {
      await world.clock.turn(60)
      return isStuck
    })
    await world.clock.turn(100)
    await world.crash()
    const hf = await world.open({ tasks: [task], worker: true })
    const read6 = hf.run(run.id).stream().getReader()
    for (let i = 0; i < 6; i++) await read6.read()
    await world.clock.turn(16_000)
    await standsAt(world, hf, run.id, 'waiting')
    await expect(read6.read()).rejects.toMatchObject({ code: 'conflict', details: { current: 2 } })
    expect(await read(world, hf, run.id)).toEqual(['Dear', 'Ms.', 'Jones', 'yes'])
    await hf.run(run.id).send('go on')
    await standsAt(world, hf, run.id, 'done')
    expect(await read(world, hf, run.id, { after: 2 })).toEqual(['Jones', 'yes'])
    const ids = (await hf.run(run.id).response().text()).match(/(?<=^id: ).*$/gm)
    expect(ids).toEqual(['1.1', '2.1', '3.1', '4.1'])
    expect(await read(world, hf, run.id, { after: '3.1' })).toEqual(['yes'])
    await expect(hf.run(run.id).stream({ after: '4' }).getReader().read()).rejects.toMatchObject({ details: { current: 2 } })
  })

  test('T20 also where it says less', async () => {
    let attempts = 0
    const task = defineTask('talk', async (ctx: RunContext, _: null) => {
      const count = ++attempts === 1 ? 5000 : 3000
      await ctx.stream(words(count, () => undefined))
      await ctx.event('go on')
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, null)
    await standsAt(world, world.hf, run.id, 'waiting')
    expect(await read(world, world.hf, run.id)).toEqual(await all(5000))
    await run.send('go on')
    await standsAt(world, world.hf, run.id, 'done')
    expect(await read(world, world.hf, run.id)).toEqual(await all(3000))
  })
})
