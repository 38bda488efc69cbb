import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engineNames, removeTemporaryFiles } from '../store/engines.testing.ts'
import type { Engine } from '../store/index.ts'
import { until } from './virtual-clock.testing.ts'
import { doc, increment, type Node, ref, World } from './world.testing.ts'

afterAll(removeTemporaryFiles)

const DAY = 24 * 3_600_000

describe.each(engineNames)('sweeping on %s', (name) => {
  let world: World
  let node: Node

  beforeEach(async () => {
    world = new World(name)
    node = await world.open({ retention: { history: DAY, revisions: 1 } })
    await node.commit((tx) => {
      for (const key of ['x', 'y', 'z']) doc(tx, 'a').set(key, 'as it was')
    })
  })
  afterEach(() => world.close())

  async function fork(of: Node, id: string): Promise<void> {
    const row = await of.store.engine.entity(ref('a'))
    await of.commit((tx) => doc(tx, id).describe({ origin: { num: row?.num ?? 0, seq: row?.seq ?? 0 } }))
  }

  /** Overwrites and ages what there is, so that sweeping forgets it. */
  async function age(of: Node): Promise<void> {
    for (let i = 0; i < 5; i++) await of.commit((tx) => doc(tx, 'a').set('x', i))
    await of.commit((tx) => doc(tx, 'a').delete('y'))
    await world.clock.turn(2 * DAY)
    await of.add('a')
  }

  test('R62 a fork is given its own copy before what it reads is forgotten, while it is read and written', async () => {
    await fork(node, 'f')
    await age(node)
    const [report] = await Promise.all([
      node.sweeper.sweep(),
      node.commit((tx) => doc(tx, 'f').set('x', 'own')),
      node.commit((tx) => increment(doc(tx, 'f'))),
    ])
    expect(report.records).toBeGreaterThan(0)
    expect([await node.read('f', 'x'), await node.read('f', 'y'), await node.read('f', 'z')]).toEqual([
      'own',
      'as it was',
      'as it was',
    ])
    expect(await node.store.engine.forks({ limit: 9 })).toEqual([])
    expect(node.store.state(ref('f')).row).toEqual(await node.store.engine.entity(ref('f')))
  })

  test('R62 a process that knows a fork from before goes on reading it when another has made it independent', async () => {
    if (!world.isShared) return
    await fork(node, 'f')
    const other = await world.open()
    expect(await other.read('f', 'x')).toBe('as it was')
    await age(node)
    await other.read('a', 'n')
    await node.sweeper.sweep()
    expect([await other.read('f', 'y'), await other.read('f', 'none')]).toEqual(['as it was', undefined])
    expect(await other.commit((tx) => [doc(tx, 'f').get('z'), doc(tx, 'f').get('nor this')])).toEqual(['as it was', undefined])
  })

  test('R62 a fork that cannot be copied is logged and passed over', async () => {
    await fork(node, 'f1')
    await fork(node, 'f2')
    await age(node)
    const { engine } = node.store
    const { adopt } = engine
    const bad = (await engine.entity(ref('f1')))?.num
    const broken = engine as { adopt: Engine['adopt'] }
    broken.adopt = (num, entries, last) => {
      if (num === bad) throw new Error('damaged')
      return adopt(num, entries, last)
    }
    await node.sweeper.sweep()
    expect(node.log.lines.join()).toContain('f1')
    expect((await engine.forks({ limit: 9 })).map(({ id }) => id)).toEqual(['f1'])
    expect(await node.read('f1', 'y')).toBe('as it was')
  })

  test('R62 the past that is swept while it is read is not found, rather than wrong', async () => {
    const before = await node.timeline.row(ref('a'))
    await age(node)
    await node.sweeper.sweep()
    await expect(node.timeline.entries(before, '', before.seq)).rejects.toMatchObject({ code: 'not_found' })
    await expect(node.timeline.entry(before, 'y', before.seq)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('R67 what expired is deleted once retention is over, and not what was given more time meanwhile', async () => {
    const now = world.clock.now()
    for (const id of ['gone', 'renewed', 'recent']) {
      await node.commit((tx) => {
        doc(tx, id).set('x', id)
        doc(tx, id).describe({ expires: now + (id === 'recent' ? 31 : 1) * DAY })
      })
    }
    await world.clock.turn(30 * DAY)
    await node.commit((tx) => doc(tx, 'renewed').describe({ expires: now + 90 * DAY }))
    expect((await node.sweeper.sweep()).expired).toBe(0)
    await world.clock.turn(2 * DAY)
    expect((await node.sweeper.sweep()).expired).toBe(1)
    const left = await Promise.all(['gone', 'renewed', 'recent'].map((id) => node.read(id, 'x')))
    expect(left).toEqual([undefined, 'renewed', 'recent'])
    const row = await node.store.engine.entity(ref('gone'))
    const [last] = (row && (await node.store.engine.history({ num: row.num, order: 'newest', limit: 1 }))) ?? []
    expect(last).toMatchObject({ op: 'delete', actor: 'sweeper' })
  })

  test('R67 one that cannot be deleted is logged and does not keep the others', async () => {
    const guarded = await world.open({
      retention: { expired: 0 },
      gate: {
        check(request) {
          if (request.action === 'delete' && request.id === 'kept') throw new Error('not this one')
        },
      },
    })
    for (const id of ['kept', 'gone']) await guarded.commit((tx) => doc(tx, id).describe({ expires: world.clock.now() + 1000 }))
    await world.clock.turn(5000)
    expect((await guarded.sweeper.sweep()).expired).toBe(1)
    expect(guarded.log.lines.join()).toContain('kept')
  })

  test('R63 sweeping goes on every hour after it failed, and stops for good when it is told to', async () => {
    const { engine } = node.store
    const { sweep } = engine
    let sweeps = 0
    const counted = engine as { sweep: Engine['sweep'] }
    counted.sweep = (request) => {
      if (++sweeps === 1) throw new Error('no disk')
      return sweep(request)
    }
    node.sweeper.start()
    await world.clock.turn(3_600_000)
    await until('the first to fail', () => node.log.lines.join().includes('no disk'))
    await world.clock.turn(3_600_000)
    await until('the second', () => sweeps === 2)
    await node.sweeper.stop()
    await world.clock.turn(5 * 3_600_000)
    expect(sweeps).toBe(2)
    expect(world.clock.pending).toBe(0)
  })
})

describe.each(engineNames)('the timeline on %s', (name) => {
  test('R64 a long history is fetched in pages, and stopping early fetches little', async () => {
    const world = new World(name)
    const limits: number[] = []
    const node = await world.open({
      between: (engine) => ({
        ...engine,
        history(query) {
          limits.push(query.limit)
          return engine.history(query)
        },
      }),
    })
    for (let i = 0; i < 100; i++) await node.add('a')
    const revisions: number[] = []
    for await (const { revision } of node.timeline.history(ref('a'))) revisions.push(revision)
    expect(revisions).toEqual(Array.from({ length: 100 }, (_, i) => 100 - i))
    expect(limits).toEqual([8, 64, 64])
    limits.length = 0
    for await (const { revision } of node.timeline.history(ref('a'), { order: 'oldest', from: 5, to: 30, limit: 10 }))
      if (revision === 7) break
    expect(limits).toEqual([8])
    await world.close()
  })
})
