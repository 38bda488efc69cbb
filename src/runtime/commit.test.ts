import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engineNames, removeTemporaryFiles } from '../store/engines.testing.ts'
import { localOwner, type Tx } from './index.ts'
import { Stage } from './staged-engine.testing.ts'
import { until } from './virtual-clock.testing.ts'
import { doc, increment, type Node, ref, World } from './world.testing.ts'

afterAll(removeTemporaryFiles)

describe.each(engineNames)('commits on %s', (name) => {
  let world: World
  let node: Node
  let stage: Stage

  beforeEach(async () => {
    world = new World(name)
    stage = new Stage()
    node = await world.open({ between: stage.between })
  })
  afterEach(() => {
    stage.release()
    return world.close()
  })

  const log = () => node.store.engine.log({ partition: 0, after: 0, limit: 100 })

  test('R13 one commit over entities of several kinds is stored as a whole, under one id', async () => {
    const { records } = await node.runtime.commit(localOwner, (tx) => {
      increment(tx.entity('doc', 'a'))
      increment(tx.entity('account', 'a'))
      tx.entity('ledger', 'l').event('moved', { amount: 5 })
    })
    expect(records.map(({ revision }) => revision)).toEqual([1, 1, 1])
    const rows = await log()
    expect(new Set(rows.map(({ commit }) => commit)).size).toBe(1)
    expect(rows.map(({ last }) => last)).toEqual([false, false, true])
  })

  test('R13 a decision that throws, or is refused, leaves nothing of any of its entities', async () => {
    const transfer = (tx: Tx): void => {
      increment(tx.entity('doc', 'a'))
      increment(tx.entity('account', 'a'))
      throw new Error('not enough')
    }
    await expect(node.commit(transfer)).rejects.toThrow('not enough')
    await node.add('b')
    stage.hold()
    const both = node.commit((tx) => {
      increment(tx.entity('account', 'a'))
      doc(tx, 'b').expect(1)
      increment(doc(tx, 'b'))
    })
    await until('the batch to wait', () => stage.waiting === 1)
    await world.bump('b')
    stage.release()
    await expect(both).rejects.toMatchObject({ code: 'conflict', details: { entity: 'b', expected: 1, current: 2 } })
    expect(await node.store.engine.entity(ref('a', 'account'))).toBeUndefined()
    expect(await node.store.engine.entity(ref('a'))).toBeUndefined()
  })

  test('R14 what was only read is expected to stand too (write skew)', async () => {
    await node.commit((tx) => {
      doc(tx, 'anna').set('onCall', true)
      doc(tx, 'bert').set('onCall', true)
    })
    const leave = (who: string, other: string) => (tx: Tx) => {
      if (doc(tx, other).get('onCall') !== true) throw new Error(`${who} must stay`)
      doc(tx, who).set('onCall', false)
    }
    stage.hold()
    const anna = node.commit(leave('anna', 'bert'))
    await until('the batch to wait', () => stage.waiting === 1)
    await world.bump('bert', { onCall: false })
    stage.release()
    await expect(anna).rejects.toThrow('anna must stay')
    expect(await node.read('anna', 'onCall')).toBe(true)
  })

  test('R15 a decision that changes nothing makes no record; an event alone makes one', async () => {
    await node.commit((tx) => doc(tx, 'a').get('n'))
    await node.commit((tx) => doc(tx, 'a').delete('n'))
    expect(await log()).toEqual([])
    await node.commit((tx) => doc(tx, 'a').event('seen'))
    expect((await log()).map(({ keys, op }) => [op, keys])).toEqual([['create', []]])
  })

  test('R15 a record tells who, when, why and from where', async () => {
    const origin = { cause: 'message 7', source: 'tool', trust: 'low' }
    await node.commit((tx) => doc(tx, 'a').set('n', 1), origin, { id: 'anna', tenant: 'default' })
    expect(await log()).toMatchObject([{ actor: 'anna', at: world.clock.now(), ...origin }])
  })

  test('R16 what is written beside a deletion is void, now and when the entity is made again', async () => {
    await node.add('a')
    await node.commit((tx) => {
      doc(tx, 'a').set('ghost', true)
      doc(tx, 'a').destroy()
    })
    const look = (tx: Tx) => [doc(tx, 'a').exists, doc(tx, 'a').get('ghost'), doc(tx, 'a').get('n'), doc(tx, 'a').revision]
    expect(await node.commit(look)).toEqual([false, undefined, undefined, 2])
    await node.commit((tx) => doc(tx, 'a').set('k', 1))
    expect(await node.commit(look)).toEqual([true, undefined, undefined, 3])
    expect((await node.store.engine.entries(1, { from: '' }, 9)).map(({ key }) => key)).toEqual(['k'])
  })

  test('R16 the row in memory is the row the engine has, through deletion, re-creation and a clock that goes back', async () => {
    const steps: ((tx: Tx) => unknown)[] = [
      (tx) => doc(tx, 'a').destroy(),
      (tx) => doc(tx, 'a').destroy(),
      (tx) => doc(tx, 'a').describe({ root: 'r', schema: 's', expires: world.clock.now() + 5 }),
      (tx) => doc(tx, 'a').describe({ root: 'other', expires: null }),
      (tx) => doc(tx, 'a').destroy(),
      (tx) => doc(tx, 'a').describe({ expires: 7 }),
      (tx) => doc(tx, 'a').set('n', 1),
    ]
    const { engine } = node.store
    const now = world.clock.now
    for (const [i, step] of steps.entries()) {
      // Backwards, then onwards.
      world.clock.now = () => now.call(world.clock) + (i % 3 === 1 ? -1000 : i * 10)
      await node.commit(step)
      expect(node.store.state(ref('a')).row, `step ${i}`).toEqual(await engine.entity(ref('a')))
    }
  })
})
