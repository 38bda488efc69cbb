import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engineNames, removeTemporaryFiles } from '../store/engines.testing.ts'
import { localOwner } from './index.ts'
import { Stage } from './staged-engine.testing.ts'
import { until } from './virtual-clock.testing.ts'
import { doc, increment, type Node, ref, World } from './world.testing.ts'

afterAll(removeTemporaryFiles)

describe.each(engineNames)('requests with a key on %s', (name) => {
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

  const revision = async (id: string): Promise<number | undefined> => (await node.store.engine.entity(ref(id)))?.revision

  test('R20 the same request again is answered with the first result and changes nothing', async () => {
    const rich = { at: new Date(5), big: 7n, list: new Map([['a', new Set([1])]]) }
    const ask = () =>
      node.runtime.commit(
        localOwner,
        (tx) => {
          increment(doc(tx, 'a'))
          return rich
        },
        { key: 'k', fingerprint: 'f' },
      )
    expect(await ask()).toMatchObject({ value: rich, replayed: false })
    expect(await ask()).toEqual({ value: rich, records: [], replayed: true })
    expect(await revision('a')).toBe(1)
  })

  test('R20 a result that cannot be stored is refused before anything is written', async () => {
    const odd = node.commit(
      (tx) => {
        doc(tx, 'a').set('n', 1)
        return () => 1
      },
      { key: 'k' },
    )
    await expect(odd).rejects.toMatchObject({
      code: 'invalid',
    })
    expect(await revision('a')).toBeUndefined()
  })

  test('R21 the same key for another request, or by somebody else, is refused', async () => {
    await node.add('a', { key: 'k', fingerprint: 'one' })
    await expect(node.add('a', { key: 'k', fingerprint: 'two' })).rejects.toMatchObject({
      code: 'invalid',
      details: { path: 'key' },
    })
    const other = { id: 'eve', tenant: localOwner.tenant }
    const stolen = node.commit((tx) => increment(doc(tx, 'a')), { key: 'k', fingerprint: 'one' }, other)
    await expect(stolen).rejects.toMatchObject({ code: 'invalid' })
    expect(await revision('a')).toBe(1)
  })

  test('R21 each tenant has its own keys', async () => {
    await node.add('a', { key: 'k' })
    const elsewhere = { id: localOwner.id, tenant: 'acme' }
    expect(await node.commit((tx) => doc(tx, 'a').revision, { key: 'k' }, elsewhere)).toBe(0)
  })

  test('R22 duplicates on their way at once are answered alike, and what came between counts once', async () => {
    stage.hold()
    const sums = [
      node.add('a', { key: 'k' }),
      node.add('a'),
      node.add('a', { key: 'k' }),
      node.add('a'),
      node.add('a', { key: 'k' }),
    ]
    await until('the batch to wait', () => stage.waiting === 1)
    stage.release()
    expect(await Promise.all(sums)).toEqual([1, 2, 1, 3, 1])
    expect(await revision('a')).toBe(3)
  })

  test('R22 a duplicate that could not be decided any more is answered like the first', async () => {
    stage.hold()
    const make = () =>
      node.commit(
        (tx) => {
          doc(tx, 'a').expect(0)
          return increment(doc(tx, 'a'))
        },
        { key: 'k' },
      )
    const both = [make(), make()]
    await until('the batch to wait', () => stage.waiting === 1)
    const third = make()
    stage.release()
    expect(await Promise.all([...both, third, make()])).toEqual([1, 1, 1, 1])
    await expect(node.commit((tx) => doc(tx, 'a').expect(0), { key: 'other' })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('R23 a request that failed may be made again', async () => {
    const tryIt = (ok: boolean) =>
      node.commit(
        (tx) => {
          increment(doc(tx, 'a'))
          if (!ok) throw new Error('not yet')
          return 'done'
        },
        { key: 'k' },
      )
    await expect(tryIt(false)).rejects.toThrow('not yet')
    expect(await tryIt(true)).toBe('done')
    expect(await tryIt(false)).toBe('done')
  })

  test('R24 that there was nothing to do is remembered too', async () => {
    const ask = () => node.commit((tx) => (doc(tx, 'a').exists ? increment(doc(tx, 'a'), 'late') : 'nothing to do'), { key: 'k' })
    expect(await ask()).toBe('nothing to do')
    await node.add('a')
    expect(await ask()).toBe('nothing to do')
    expect(await revision('a')).toBe(1)
  })

  test('R25 the answer survives a restart', async () => {
    expect(await node.add('a', { key: 'k' })).toBe(1)
    await node.close()
    const next = await world.open()
    expect(await next.add('a', { key: 'k' })).toBe(1)
    expect(await next.add('a')).toBe(2)
  })

  test('R25 two processes that get the same request do it once', async () => {
    if (!world.isShared) return
    const other = await world.open()
    const asked = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? node : other).add('a', { key: `k${i >> 2}` }))
    expect(new Set(await Promise.all(asked)).size).toBe(10)
    expect(await node.read('a')).toBe(10)
  })
})
