import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engineNames, removeTemporaryFiles } from '../store/engines.testing.ts'
import { Stage } from './staged-engine.testing.ts'
import { rest, until } from './virtual-clock.testing.ts'
import { doc, type Node, World } from './world.testing.ts'

afterAll(removeTemporaryFiles)

describe.each(engineNames)('pressure on %s', (name) => {
  let world: World
  let node: Node
  let stage: Stage

  beforeEach(async () => {
    world = new World(name)
    stage = new Stage()
    node = await world.open({ between: stage.between, limits: { maxPending: 4, maxWaiting: 6 } })
    await node.add('a')
  })
  afterEach(() => {
    stage.release()
    return world.close()
  })

  test('R58 so many are decided ahead, so many wait their turn, and the next is refused as overloaded', async () => {
    stage.hold()
    const runs: number[] = []
    const submit = (n: number): Promise<number> =>
      node.commit((tx) => {
        runs.push(n)
        doc(tx, 'a').set('last', n)
        return n
      })
    const taken = Array.from({ length: 10 }, (_, i) => submit(i))
    await expect(submit(10)).rejects.toMatchObject({ code: 'unavailable', details: { reason: 'overloaded' } })
    await until('the batch to wait', () => stage.waiting === 1)
    expect(runs).toEqual([0, 1, 2, 3])
    expect(node.runtime.pending).toBe(10)
    stage.release()
    expect(await Promise.all(taken)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(runs).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(node.runtime.pending).toBe(0)
  })

  test('R58 a line of any length is worked off', async () => {
    const patient = await world.open({ limits: { maxPending: 2 } })
    await patient.add('a')
    const looks = Array.from({ length: 30_000 }, () => patient.commit((tx) => doc(tx, 'a').revision))
    expect(new Set(await Promise.all(looks))).toEqual(new Set([2]))
  })

  test('R58 what fails gives its place back', async () => {
    const { poll } = node.store.engine
    const broken = node.store.engine as { poll: typeof poll }
    broken.poll = () => {
      throw new Error('no disk')
    }
    await rest()
    for (let i = 0; i < 20; i++) await node.add('a').catch(() => {})
    broken.poll = poll
    await rest()
    expect(node.runtime.pending).toBe(0)
    await node.add('a')
  })

  test('R59 closing answers all that was taken, in line or not, and takes no more', async () => {
    stage.hold()
    const taken = Array.from({ length: 9 }, () => node.add('a'))
    const closing = node.close()
    await rest()
    await expect(node.add('a')).rejects.toMatchObject({ code: 'unavailable', details: { reason: 'closed' } })
    stage.release()
    expect(await Promise.all(taken)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10])
    await closing
    const next = await world.open()
    expect(await next.read('a')).toBe(10)
  })

  test('R60 closing leaves no timer behind', async () => {
    const other = await world.open({ effects: { mail: { run: () => 1 } }, timers: { doc() {} } })
    other.sweeper.start()
    await other.add('a')
    await other.close()
    await node.close()
    expect(world.clock.pending).toBe(0)
  })

  test('R61 the meter is told of latency, queue, batches, conflicts and failures', async () => {
    stage.hold()
    const submitted = [node.add('a'), node.add('a')]
    await until('the batch to wait', () => stage.waiting === 1)
    await world.bump('a')
    await world.clock.turn(7)
    stage.release()
    await Promise.all(submitted)
    const { counts, gauges, values } = node.meter
    expect(counts.get('commit.conflicts')).toBe(2)
    expect(values.get('commit.latency_ms')).toEqual([0, 7, 7])
    expect(values.get('commit.batch')).toEqual([1, 2, 2])
    expect(gauges.get('commit.queue_depth')).toBe(0)
    stage.fail(new Error('no disk'))
    await node.add('a').catch(() => {})
    expect(counts.get('commit.failures')).toBe(1)
  })
})
