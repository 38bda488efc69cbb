import { Annotation, Command, END, interrupt, START, StateGraph } from '@langchain/langgraph'
import { expect, it } from 'vitest'
import { HoldfastError } from '../../core/index.ts'
import { collect, onEveryEngine } from '../../world.testing.ts'
import { HoldfastSaver } from './index.ts'
import { checkpoint, counter, inThread, numbered, said, together } from './threads.testing.ts'

const loop = { source: 'loop', step: 0, parents: {} } as const

onEveryEngine((open) => {
  it('LG1: a checkpoint comes back as it was put, with what it inherits and what is written on top of it', async () => {
    const saver = new HoldfastSaver((await open()).hf)
    const first = await saver.put(inThread('a'), checkpoint(1, { x: [1], y: 'kept', z: 1 }), loop, { x: 1, y: 1, z: 1 })
    const second = {
      ...checkpoint(2, { x: [1, 2], y: 'kept' }),
      channel_versions: { x: 2, y: 1, z: 2 },
      versions_seen: { node: { start: 1 }, other: { x: 1 } },
    }
    const config = await saver.put(first, second, { ...loop, step: 1 }, { x: 2, z: 2 })
    await saver.putWrites(config, [['x', [3]]], 'task')
    expect(await saver.getTuple(inThread('a'))).toEqual({
      config,
      checkpoint: second,
      metadata: { ...loop, step: 1 },
      parentConfig: first,
      pendingWrites: [['task', 'x', [3]]],
    })
    expect((await saver.get(first))?.channel_values).toEqual({ x: [1], y: 'kept', z: 1 })
  })

  it('LG1: what was put, and what was read, may be changed afterwards: what is stored stays as it is', async () => {
    const { hf } = await open()
    const saver = new HoldfastSaver(hf)
    const put = { ...checkpoint(1, { x: 1 }), versions_seen: { node: { start: 1 } }, pending_sends: [{ node: 'a' }] }
    const stored = structuredClone(put)
    const config = await saver.put(inThread('a'), put, loop, { x: 1 })
    const read = (await saver.get(config)) as unknown as typeof put
    for (const { versions_seen, pending_sends } of [put, read]) {
      Object.assign(versions_seen.node, { start: 7 })
      Object.assign(pending_sends[0] ?? {}, { node: 'b' })
    }
    expect(await saver.get(config)).toEqual(stored)
    const next = { ...checkpoint(2, { x: 1 }), versions_seen: { node: { start: 7 } } }
    await saver.put(config, next, { ...loop, step: 1 }, {})
    expect((await new HoldfastSaver(hf).get(inThread('a')))?.versions_seen).toEqual(next.versions_seen)
  })

  it('LG2: the latest checkpoint is the greatest that nothing continues, whatever was put last', async () => {
    const saver = new HoldfastSaver((await open()).hf)
    const fork = { ...loop, source: 'fork' } as const
    const root = await saver.put(inThread('a'), checkpoint(1, {}), loop, {})
    await saver.put(root, checkpoint(5, {}), loop, {})
    await saver.put(root, checkpoint(3, {}), fork, {})
    expect((await saver.get(inThread('a')))?.id).toBe(numbered(5))
    await saver.put(inThread('a', numbered(3)), checkpoint(6, {}), loop, {})
    expect((await saver.get(inThread('a')))?.id).toBe(numbered(6))
  })

  it('LG3: writes come back by path, task and place; special ones are replaced, others keep their place', async () => {
    const saver = new HoldfastSaver((await open()).hf)
    const config = await saver.put(inThread('a'), checkpoint(1, {}), loop, {})
    await saver.putWrites(
      config,
      [
        ['x', 'b0'],
        ['y', 'b1'],
      ],
      'task-b',
      '~2',
    )
    await saver.putWrites(config, [['x', 'c0']], 'task-c', '~1')
    await saver.putWrites(config, [['x', 'a0']], 'task/a', '~2')
    await saver.putWrites(config, [['__interrupt__', 'first']], 'task-b', '~2')
    await saver.putWrites(config, [['__interrupt__', 'again']], 'task-b', '~2')
    await saver.putWrites(config, [['x', 'too late']], 'task-b', '~2')
    expect((await saver.getTuple(config))?.pendingWrites).toEqual([
      ['task-c', 'x', 'c0'],
      ['task-b', '__interrupt__', 'again'],
      ['task-b', 'x', 'b0'],
      ['task-b', 'y', 'b1'],
      ['task/a', 'x', 'a0'],
    ])
  })

  it('LG3: a crash between a checkpoint and its writes, or the other way round, loses neither', async () => {
    const world = await open()
    const before = new HoldfastSaver(world.hf)
    await before.putWrites(inThread('a', numbered(1)), [['x', 'early']], 'task')
    await world.crash()
    const between = new HoldfastSaver(await world.open())
    expect(await between.getTuple(inThread('a', numbered(1)))).toBeUndefined()
    const config = await between.put(inThread('a'), checkpoint(1, { x: 1 }), loop, { x: 1 })
    await world.crash()
    const after = new HoldfastSaver(await world.open())
    await after.putWrites(config, [['x', 'late']], 'later')
    const found = await after.getTuple(inThread('a'))
    expect(found?.checkpoint.channel_values).toEqual({ x: 1 })
    expect(found?.pendingWrites?.map(([, , value]) => value)).toEqual(['late', 'early'])
  })

  it('LG4: the same checkpoint again changes nothing, another one under its id is refused', async () => {
    const { hf } = await open()
    const saver = new HoldfastSaver(hf)
    const root = await saver.put(inThread('a'), checkpoint(1, { x: 1 }), loop, { x: 1 })
    await saver.put(root, checkpoint(2, { x: 2 }), loop, { x: 2 })
    const seq = await hf.store.ends()
    await saver.put(root, checkpoint(2, { x: 2 }), loop, { x: 2 })
    expect(await hf.store.ends()).toEqual(seq)
    const other = saver.put(root, checkpoint(2, { x: 3 }), { ...loop, step: 9 }, { x: 2 })
    await expect(other).rejects.toMatchObject({ code: 'conflict' })
  })

  it('LG5: a deleted thread is gone with all its namespaces, and may begin anew', async () => {
    const { hf } = await open()
    const saver = new HoldfastSaver(hf)
    const inner = { configurable: { thread_id: 'a', checkpoint_ns: 'inner:1' } }
    await saver.putWrites(await saver.put(inThread('a'), checkpoint(1, { x: 1 }), loop, { x: 1 }), [['x', 2]], 'task')
    await saver.put(inner, checkpoint(1, { x: 'inner' }), loop, { x: 1 })
    await saver.put(inThread('b'), checkpoint(1, { x: 'other' }), loop, { x: 1 })
    await saver.deleteThread('a')
    await saver.deleteThread('never there')
    expect([await saver.get(inThread('a')), await saver.get(inner)]).toEqual([undefined, undefined])
    expect((await collect(saver.list({}))).map(({ config }) => config.configurable?.thread_id)).toEqual(['b'])
    const row = await hf.store.engine.entity({ tenant: 'default', kind: 'langgraph', id: 'a' })
    expect(await hf.store.engine.entries(row?.num ?? 0, { from: '' }, 10)).toEqual([])
    await saver.put(inThread('a'), checkpoint(1, { x: 'anew' }), loop, { x: 1 })
    const found = await saver.getTuple(inThread('a'))
    expect([found?.checkpoint.channel_values, found?.pendingWrites]).toEqual([{ x: 'anew' }, []])
  })

  it('LG6: whoever stops listing after one checkpoint has read a handful of rows', async () => {
    const { hf } = await open()
    const saver = new HoldfastSaver(hf)
    let config = inThread('a')
    for (let n = 1; n <= 60; n++) config = (await saver.put(config, checkpoint(n, { x: n }), loop, { x: n })) as typeof config
    const { engine } = hf.store
    const entries = engine.entries.bind(engine)
    let rows = 0
    engine.entries = async (num, range, limit) => {
      const found = await entries(num, range, limit)
      rows += found.length
      return found
    }
    for (const before of [undefined, inThread('a', numbered(30))]) {
      for await (const { checkpoint } of saver.list(inThread('a'), { ...(before !== undefined && { before }) })) {
        expect(checkpoint.channel_values).toEqual({ x: before === undefined ? 60 : 29 })
        break
      }
    }
    expect(rows).toBeLessThan(20)
    expect((await collect(saver.list(inThread('a')))).map(({ checkpoint }) => checkpoint.channel_values.x)).toEqual(
      Array.from({ length: 60 }, (_, i) => 60 - i),
    )
  })

  it('LG6: lists by metadata, limit and thread, the thread changed last first', async () => {
    const world = await open()
    const saver = new HoldfastSaver(world.hf)
    for (const thread of ['a', 'b', 'c']) {
      const root = await saver.put(inThread(thread), checkpoint(1, {}), { ...loop, source: 'input' }, {})
      await saver.put(root, checkpoint(2, {}), { ...loop, step: 1 }, {})
      await world.clock.turn(1000)
    }
    const threads = async (options: object) =>
      (await collect(saver.list({}, options))).map(({ config }) => config.configurable?.thread_id)
    expect(await threads({})).toEqual(['c', 'c', 'b', 'b', 'a', 'a'])
    expect(await threads({ filter: { source: 'input' } })).toEqual(['c', 'b', 'a'])
    expect(await threads({ filter: { step: 1, source: undefined }, limit: 2 })).toEqual(['c', 'b'])
    expect(await threads({ limit: 0 })).toEqual([])
  })

  it('LG7: of many turns on one thread at once, each is counted or refused', async () => {
    const { hf } = await open()
    const graph = counter(new HoldfastSaver(hf))
    await graph.invoke(said('first'), inThread('a'))
    const turns = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => graph.invoke(said(`${i}`), inThread('a'))))
    const refused = turns.filter((turn) => turn.status === 'rejected')
    expect(refused.every(({ reason }) => HoldfastError.is(reason, 'conflict'))).toBe(true)
    const { values } = await graph.getState(inThread('a'))
    expect(values.n + refused.length).toBe(11)
    expect(values.messages.length).toBe(3 * values.n)
  })

  it('LG7: who was overtaken is told so, and nothing of it remains', async () => {
    const saver = new HoldfastSaver((await open()).hf)
    const graph = counter(saver)
    await graph.invoke(said('one'), inThread('a'))
    const read = await saver.getTuple(inThread('a'))
    await graph.invoke(said('two'), inThread('a'))
    const put = saver.put(read?.config ?? {}, checkpoint(1, { n: 41 }), loop, { n: 1 })
    await expect(put).rejects.toMatchObject({
      code: 'conflict',
      details: { entity: 'a' },
      message: expect.stringMatching(/Thread a was read at checkpoint .* and has moved on to/),
    })
    expect(await saver.getTuple(inThread('a', numbered(1)))).toBeUndefined()
    expect((await graph.getState(inThread('a'))).values.n).toBe(2)
  })

  it('LG8: time travel goes on working: new input, replay and update from an older checkpoint, two at once', async () => {
    const { hf } = await open()
    const graph = counter(new HoldfastSaver(hf))
    for (const text of ['one', 'two', 'three']) await graph.invoke(said(text), inThread('a'))
    const history = await collect(graph.getStateHistory(inThread('a')))
    const end = history.find(({ values, next }) => values.n === 1 && next.length === 0)
    const config = end?.config ?? inThread('nowhere')
    const forks = await Promise.all(['left', 'right'].map((text) => graph.invoke(said(text), config)))
    expect(forks.map(({ n, messages }) => [n, messages[3]?.content])).toEqual([
      [2, 'left'],
      [2, 'right'],
    ])
    const middle = history.find(({ values, next }) => values.n === 2 && next.includes('note'))
    expect(await graph.invoke(null, middle?.config ?? inThread('nowhere'))).toMatchObject({ n: 2 })
    const updated = await graph.updateState(config, { n: 10 }, 'note')
    expect(await graph.invoke(said('from there'), updated)).toMatchObject({ n: 11 })
    expect((await collect(graph.getStateHistory(inThread('a')))).length).toBeGreaterThan(history.length)
  })

  it('LG8: subgraphs keep their own checkpoints, also when their parent goes back', async () => {
    const { hf } = await open()
    const State = Annotation.Root({ n: Annotation<number>() })
    const inner = new StateGraph(State)
      .addNode('add', ({ n }) => ({ n: n + (interrupt('how many?') as number) }))
      .addEdge(START, 'add')
      .compile({ checkpointer: true })
    const graph = new StateGraph(State)
      .addNode('inner', inner)
      .addEdge(START, 'inner')
      .addEdge('inner', END)
      .compile({ checkpointer: new HoldfastSaver(hf) })
    await graph.invoke({ n: 1 }, inThread('a'))
    const asked = await graph.getState(inThread('a'))
    expect(await graph.invoke(new Command({ resume: 5 }), inThread('a'))).toMatchObject({ n: 6 })
    await graph.invoke({ n: 1 }, asked.config)
    expect(await graph.invoke(new Command({ resume: 7 }), inThread('a'))).toMatchObject({ n: 8 })
  })

  it('LG7: of two answers to one interrupt the second is refused', async () => {
    const { hf } = await open()
    const State = Annotation.Root({ n: Annotation<number>() })
    const graph = new StateGraph(State)
      .addNode('ask', () => ({ n: interrupt('how many?') as number }))
      .addEdge(START, 'ask')
      .compile({ checkpointer: new HoldfastSaver(hf) })
    await graph.invoke({ n: 0 }, inThread('a'))
    graph.checkpointer = together(new HoldfastSaver(hf), 2)
    const answers = [1, 2].map((resume) => graph.invoke(new Command({ resume }), inThread('a')))
    const ends = await Promise.allSettled(answers)
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('LG9: of two first turns of a thread the second is refused', async () => {
    const { hf } = await open()
    const graph = counter(together(new HoldfastSaver(hf), 2))
    const turns = await Promise.allSettled(['one', 'two'].map((text) => graph.invoke(said(text), inThread('a'))))
    expect(turns.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await graph.getState(inThread('a'))).values.n).toBe(1)
  })

  it('LG10: a list that grows by one is stored as what was added, and is read from every step of the way', async () => {
    const world = await open()
    const saver = new HoldfastSaver(world.hf)
    const items: { readonly content: string }[] = []
    const texts: string[] = []
    let config = inThread('a')
    for (let n = 1; n <= 70; n++) {
      items.push({ content: `item ${n} ${'äöü🙂'.repeat(20)}` })
      texts.push(JSON.stringify(items))
      config = (await saver.put(config, checkpoint(n, { items: [...items] }), loop, { items: n })) as typeof config
    }
    const row = await world.hf.store.engine.entity({ tenant: 'default', kind: 'langgraph', id: 'a' })
    const stored = await world.hf.store.engine.entries(row?.num ?? 0, { from: 'c/', to: 'c0' }, 1000)
    const bytes = stored.reduce((sum, { segment }) => sum + (segment?.length ?? 0), 0)
    expect(bytes).toBeLessThan(4 * Buffer.byteLength(texts.at(-1) ?? ''))
    await world.crash()
    const later = new HoldfastSaver(await world.open())
    for (const [i, text] of texts.entries()) {
      const values = (await later.get(inThread('a', numbered(i + 1))))?.channel_values
      expect(JSON.stringify(values?.items)).toBe(text)
    }
  })

  it('LG11: what cannot be written is refused with its place, and nothing of it is stored', async () => {
    const { hf } = await open()
    const saver = new HoldfastSaver(hf)
    const put = saver.put(inThread('a'), checkpoint(1, { order: { total: [1n] } }), loop, { order: 1 })
    await expect(put).rejects.toMatchObject({ code: 'invalid', details: { path: 'channel_values.order.total[0]' } })
    const writes = saver.putWrites(inThread('a', numbered(1)), [['f', () => {}]], 'task')
    await expect(writes).rejects.toMatchObject({ code: 'invalid', details: { path: 'writes[0].f' } })
    expect(await saver.getTuple(inThread('a'))).toBeUndefined()
    await expect(saver.put({}, checkpoint(1, {}), loop, {})).rejects.toMatchObject({ code: 'invalid' })
    await expect(saver.getTuple({ configurable: { thread_id: 7 } })).rejects.toMatchObject({ code: 'invalid' })
  })

  it('LG16: the gate is asked for the principal that the saver was made for', async () => {
    const asked: string[] = []
    const gate = {
      check({ principal, action, id }: { principal: { id: string }; action: string; id?: string | undefined }) {
        asked.push(`${principal.id} ${action} ${id}`)
        if (id === 'secret') throw new HoldfastError('forbidden', 'Not yours', { entity: id })
      },
    }
    const { hf } = await open({ gate })
    const saver = new HoldfastSaver(hf, { principal: { id: 'alice', tenant: 'default' } })
    await saver.put(inThread('a'), checkpoint(1, {}), loop, {})
    await collect(saver.list({}))
    expect(asked).toContain('alice write a')
    expect(asked).toContain('alice list undefined')
    await expect(saver.getTuple(inThread('secret'))).rejects.toMatchObject({ code: 'forbidden' })
    await expect(saver.put(inThread('secret'), checkpoint(1, {}), loop, {})).rejects.toMatchObject({ code: 'forbidden' })
  })
})
