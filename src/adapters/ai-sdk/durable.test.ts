import { APICallError, generateText, ToolLoopAgent, tool, toUIMessageStream } from 'ai'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineTask, type Holdfast, type RunContext } from '../../index.ts'
import { until } from '../../runtime/virtual-clock.testing.ts'
import { standsAt } from '../../task/stands.testing.ts'
import { onEveryEngine, type World } from '../../world.testing.ts'
import { durable } from './index.ts'
import { type Line, scriptedModel } from './scripted.testing.ts'

const call = (id: string, order: string) => ({ id, tool: 'refund', input: { order } })

/** An agent that may refund orders, and everything it has done outside. */
function agentWith(line: (call: number, messages: number) => Line, pay: (order: string) => unknown = () => 'receipt') {
  const paid: string[] = []
  const model = scriptedModel(line)
  const task = defineTask('reply', { retry: { attempts: 3, backoff: 1000 } }, async (ctx: RunContext, text: string) => {
    const refund = tool({
      description: 'Refund an order',
      inputSchema: z.object({ order: z.string() }),
      execute: async ({ order }) => {
        const { approved, reason } = await ctx.approval({ title: `Refund ${order}` })
        if (!approved) return { denied: reason }
        return ctx.step('pay', () => {
          paid.push(order)
          return pay(order)
        })
      },
    })
    const agent = new ToolLoopAgent(durable(ctx, { model, tools: { refund } }))
    const result = await agent.stream({ prompt: text, abortSignal: ctx.signal })
    await ctx.stream(toUIMessageStream({ stream: result.stream }))
    return (await result.responseMessages).map(({ role, content }) => [role, content])
  })
  return { task, model, paid }
}

async function readAll(world: World, hf: Holdfast, run: string): Promise<unknown[]> {
  const reading = Array.fromAsync(hf.run(run).stream())
  let isDone = false
  void reading.finally(() => {
    isDone = true
  })
  await until('the stream to end', async () => {
    await world.clock.turn(20)
    return isDone
  })
  return reading
}

const refundOf = (order: string): ((calls: number, messages: number) => Line) => {
  return (_, messages) =>
    messages === 1 ? { says: ['Let me ', 'see.'], calls: [call('call_1', order)] } : { says: ['Done', '.'] }
}

onEveryEngine((open) => {
  test('AI1 AI3 an agent waits for a person without a worker, and goes on in another process with what is recorded', async () => {
    const { task, model, paid } = agentWith(refundOf('A-1'))
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, 'Refund A-1')
    await standsAt(world, world.hf, run.id, 'waiting')
    expect(world.hf.dispatcher.running).toBe(0)
    await world.crash()
    const hf = await world.open({ tasks: [task], worker: true })
    const [asked] = await hf.approvals.list()
    expect(asked).toMatchObject({ title: 'Refund A-1', id: `${run.id}:refund call_1>approval` })
    const early = hf.run(run.id).stream().getReader()
    const first = (await early.read()).value
    await hf.approvals.decide(asked?.id ?? '', { approved: true })
    await standsAt(world, hf, run.id, 'done')
    expect(await hf.run(run.id).result()).toMatchObject([
      [
        'assistant',
        [
          { type: 'text', text: 'Let me see.' },
          { type: 'tool-call', toolCallId: 'call_1' },
        ],
      ],
      ['tool', [{ type: 'tool-result', output: { type: 'text', value: 'receipt' } }]],
      ['assistant', [{ type: 'text', text: 'Done.' }]],
    ])
    expect([model.doStreamCalls.length, paid]).toEqual([2, ['A-1']])
    const chunks = (await readAll(world, hf, run.id)) as { type: string; delta?: string }[]
    expect(chunks.filter(({ type }) => type === 'text-delta').map(({ delta }) => delta)).toEqual(['Let me ', 'see.', 'Done', '.'])
    expect(chunks.filter(({ type }) => type === 'start' || type === 'finish').length).toBe(2)
    const seen = [first]
    for (let next = await early.read(); !next.done; next = await early.read()) seen.push(next.value)
    expect(seen).toEqual(chunks)
  })

  test('AI1 texts and thoughts of one id keep apart, and keep their names when the run goes on: nothing of the stream is taken back', async () => {
    const model = scriptedModel((_, messages) => {
      return messages === 1 ? { says: ['Let me see.'], calls: [call('call_1', 'A-1')] } : { says: ['Sent.'] }
    })
    const task = defineTask('reply', async (ctx: RunContext, prompt: string) => {
      const find = tool({ inputSchema: z.object({ order: z.string() }), execute: ({ order }) => order })
      const agent = new ToolLoopAgent(durable(ctx, { model, tools: { refund: find } }))
      await ctx.stream(toUIMessageStream({ stream: (await agent.stream({ prompt })).stream, generateMessageId: () => ctx.run }))
      await ctx.event('thanks')
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, 'Where is A-1?')
    await standsAt(world, world.hf, run.id, 'waiting')
    const before = (await readAll(world, world.hf, run.id)) as { type: string; id?: string }[]
    expect(before.filter(({ type }) => type === 'text-start').map(({ id }) => id)).toEqual(['model/t', 'model#2/t'])
    await run.send('thanks')
    await standsAt(world, world.hf, run.id, 'done')
    expect(await readAll(world, world.hf, run.id)).toEqual(before)
  })

  test('AI1 without streaming, too; bodies of requests and responses are not kept', async () => {
    const model = scriptedModel(() => ({ says: ['Yes.'] }))
    const task = defineTask('ask', async (ctx: RunContext, prompt: string) => {
      const { text } = await generateText({ ...durable(ctx, { model }), prompt })
      await ctx.sleep('a while', '2s')
      return text
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, 'Well?')
    await standsAt(world, world.hf, run.id, 'waiting')
    await world.clock.turn(2000)
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toBe('Yes.')
    expect(model.doGenerateCalls.length).toBe(1)
    expect(JSON.stringify((await run.inspect()).steps)).not.toContain('large')
  })

  test('AI2 a process that dies while the model speaks asks it anew; no tool was called for what it might not say again', async () => {
    const { task, model, paid } = agentWith((calls, messages) => {
      if (messages > 1) return { says: ['Done.'] }
      if (calls > 1) return { says: ['Well, ', 'B.'], calls: [call('call_b', 'B')] }
      return { says: ['Well, ', 'A.'], calls: [call('call_a', 'A')], until: new Promise(() => {}) }
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, 'Refund')
    await until('the model to be asked', async () => {
      await world.clock.turn(60)
      return model.doStreamCalls.length === 1
    })
    const early = run.stream().getReader()
    const heard: unknown[] = []
    void (async () => {
      while (heard.length < 5) heard.push((await early.read()).value)
    })()
    await until('the first words', async () => {
      await world.clock.turn(60)
      return heard.length === 5
    })
    expect((await run.inspect()).steps).toEqual([])
    expect(heard.map((chunk) => (chunk as { delta?: string }).delta)).toContain('A.')
    await world.crash()
    const hf = await world.open({ tasks: [task], worker: true })
    await world.clock.turn(16_000)
    await standsAt(world, hf, run.id, 'waiting')
    const [asked] = await hf.approvals.list()
    await hf.approvals.decide(asked?.id ?? '', { approved: true })
    await standsAt(world, hf, run.id, 'done')
    expect(paid).toEqual(['B'])
    const deltas = (await readAll(world, hf, run.id)).map((chunk) => (chunk as { delta?: string }).delta)
    expect(deltas.filter((delta) => delta !== undefined)).toEqual(['Well, ', 'B.', 'Done.'])
  })

  test('AI3 tools side by side each wait for their own decision; what one throws is told to the model', async () => {
    const { task, paid } = agentWith(
      (_, messages) =>
        messages === 1 ? { says: ['Both.'], calls: [call('call_1', 'A'), call('call_2', 'B')] } : { says: ['Done.'] },
      (order) => {
        if (order === 'B') throw new TypeError('B is not paid back')
        return `receipt of ${order}`
      },
    )
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, 'Refund A and B')
    await standsAt(world, world.hf, run.id, 'waiting')
    await world.hf.approvals.decide(`${run.id}:refund call_2>approval`, { approved: true })
    await world.clock.turn(10_000)
    await standsAt(world, world.hf, run.id, 'waiting')
    await world.hf.approvals.decide(`${run.id}:refund call_1>approval`, { approved: true })
    await standsAt(world, world.hf, run.id, 'done')
    expect([...new Set(paid)].toSorted()).toEqual(['A', 'B'])
    const results = JSON.stringify(await run.result())
    expect(results).toContain('receipt of A')
    expect(results).toContain('B is not paid back')
  })

  test('AI4 a model that is not there is asked again; one that refuses is not', async () => {
    const failing = (isRetryable: boolean) =>
      new APICallError({ message: 'no', url: 'http://model', requestBodyValues: {}, isRetryable })
    const told = (line: (calls: number) => Line) => {
      const model = scriptedModel(line)
      const task = defineTask('ask', { retry: { attempts: 1 } }, async (ctx: RunContext, prompt: string) => {
        return (await generateText({ ...durable(ctx, { model }), prompt })).text
      })
      return { model, task }
    }
    const absent = told((calls) => (calls < 3 ? { breaks: failing(true) } : { says: ['Here.'] }))
    const world = await open({ tasks: [absent.task], worker: true })
    const run = await world.hf.session('s').start(absent.task, 'Are you there?')
    await world.clock.turn(5000)
    await standsAt(world, world.hf, run.id, 'done')
    expect(absent.model.doGenerateCalls.length).toBe(3)
    const refusing = told(() => ({ breaks: failing(false) }))
    await world.close()
    const hf = await world.open({ tasks: [refusing.task], worker: true })
    const other = await hf.session('s').start(refusing.task, 'Are you there?')
    await standsAt(world, hf, other.id, 'failed')
    expect(refusing.model.doGenerateCalls.length).toBe(1)
    expect((await other.inspect()).error?.message).toContain('no')
  })

  test('AI4 an answer that breaks off ends the attempt; the next one asks anew', async () => {
    const { task, model } = agentWith((calls) =>
      calls < 3 ? { says: ['I', ' thi'], breaks: new TypeError('socket closed') } : { says: ['I', ' think so.'] },
    )
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, 'Do you?')
    await world.clock.turn(6000)
    await standsAt(world, world.hf, run.id, 'done')
    expect(model.doStreamCalls.length).toBe(3)
    const deltas = (await readAll(world, world.hf, run.id)).map((chunk) => (chunk as { delta?: string }).delta)
    expect(deltas.filter((delta) => delta !== undefined)).toEqual(['I', ' think so.'])
    expect(await run.result()).toEqual([['assistant', [{ type: 'text', text: 'I think so.' }]]])
  })

  test('AI5 what the caller gives up is not tried again, and told to the code', async () => {
    const model = scriptedModel(() => ({ says: ['I '], until: new Promise(() => {}) }))
    const stop = new AbortController()
    const task = defineTask('ask', async (ctx: RunContext, prompt: string) => {
      const agent = new ToolLoopAgent(durable(ctx, { model }))
      const result = await agent.stream({ prompt, abortSignal: stop.signal })
      await ctx.stream(toUIMessageStream({ stream: result.stream }))
      return 'stopped'
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, 'Go on and on')
    await until('the model to be asked', async () => {
      await world.clock.turn(60)
      return model.doStreamCalls.length === 1
    })
    await world.clock.turn(100)
    stop.abort()
    await standsAt(world, world.hf, run.id, 'done')
    expect((await readAll(world, world.hf, run.id)).at(-1)).toMatchObject({ type: 'abort' })
    expect(model.doStreamCalls.length).toBe(1)
  })

  test('AI6 agents side by side keep apart by name or group', async () => {
    const writer = scriptedModel(() => ({ says: ['written'] }))
    const critic = scriptedModel(() => ({ says: ['judged'] }))
    const task = defineTask('both', async (ctx: RunContext, prompt: string) => {
      const ask = async (settings: { model: ReturnType<typeof scriptedModel> }) =>
        (await generateText({ ...settings, prompt })).text
      const said = await Promise.all([
        ask(durable(ctx, { model: writer }, { name: 'writer' })),
        ctx.group('critic', () => ask(durable(ctx, { model: critic }))),
      ])
      await ctx.sleep('a while', '2s')
      return said
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, 'Go')
    await standsAt(world, world.hf, run.id, 'waiting')
    await world.clock.turn(2000)
    await standsAt(world, world.hf, run.id, 'done')
    expect(await run.result()).toEqual(['written', 'judged'])
    expect((await run.inspect()).steps.map(({ name }) => name).toSorted()).toEqual([
      'a while',
      'critic',
      'critic>model',
      'writer',
    ])
  })
})
