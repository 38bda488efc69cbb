import { setImmediate } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { engineNames, removeTemporaryFiles } from '../store/engines.testing.ts'
import { type EntityTx, type Synchronous, TX_LIMITS, type Tx } from './index.ts'
import { doc, increment, type Node, ref, World } from './world.testing.ts'

afterAll(removeTemporaryFiles)

describe.each(engineNames)('decisions on %s', (name) => {
  let world: World
  let node: Node

  beforeEach(async () => {
    world = new World(name)
    node = await world.open()
  })
  afterEach(() => world.close())

  test('R1 a decision runs again from its beginning for whatever had to be loaded; only the last run counts', async () => {
    await node.commit((tx) => {
      doc(tx, 'a').set('n', 1)
      doc(tx, 'b').set('n', 2)
    })
    const other = await world.open()
    const runs: string[][] = []
    const value = await other.commit((tx) => {
      const ids = [tx.id(), tx.id()]
      runs.push([...ids, String(tx.now)])
      doc(tx, 'a').set('late', ids[0])
      return [doc(tx, 'a').get('n'), doc(tx, 'b').get('n')]
    })
    expect(value).toEqual([1, 2])
    expect(runs.length).toBeGreaterThan(2)
    expect(new Set(runs.map(String)).size).toBe(1)
    expect(await other.read('a', 'late')).toBe(runs[0]?.[0])
    expect((await other.store.engine.entity(ref('a')))?.revision).toBe(2)
  })

  test('R68 what is no part of an entity is loaded once for all runs of a decision, and fails it alone', async () => {
    await node.add('a')
    let loads = 0
    const load = async () => ++loads
    const wants = (tx: Tx): unknown => {
      try {
        return [tx.loaded('one', load), tx.loaded('two', load), increment(doc(tx, 'a'))]
      } catch {
        return 'never seen'
      }
    }
    const next = node.commit((tx) => increment(doc(tx, 'a')))
    expect(await Promise.all([node.commit(wants), next])).toEqual([[1, 2, 3], 2])
    const failing = (tx: Tx): unknown => tx.loaded('gone', () => Promise.reject(new Error('no such thing')))
    await expect(node.commit(failing)).rejects.toThrow('no such thing')
  })

  test('R2 a decision that catches exceptions cannot hide that something is missing, or that it has to wait', async () => {
    await node.add('a')
    const other = await world.open()
    const seen: unknown[] = []
    const careless = (tx: Tx): unknown => {
      try {
        return doc(tx, 'a').get('n')
      } catch {
        seen.push('caught')
        return 'nothing there'
      }
    }
    const both = [other.commit((tx) => increment(doc(tx, 'a'))), other.commit(careless)]
    expect(await Promise.all(both)).toEqual([2, 2])
    expect(seen).toContain('caught')
  })

  test('R3 a promise is refused by the types and when it comes; nothing is written and nobody has to catch it', async () => {
    type Refusal = Synchronous<Promise<number>>
    expectTypeOf<Refusal>().toExtend<string>()
    expectTypeOf<Synchronous<number>>().toEqualTypeOf<number>()
    const rejections: unknown[] = []
    const note = (reason: unknown): void => void rejections.push(reason)
    process.on('unhandledRejection', note)
    const decide = async (tx: Tx): Promise<number> => {
      doc(tx, 'a').set('n', 1)
      throw new Error('late')
    }
    // @ts-expect-error The types say why not.
    await expect(node.commit(decide)).rejects.toMatchObject({ code: 'invalid', details: { path: 'decide' } })
    const thenable = Object.defineProperty({}, 'then', {
      value: () => expect.unreachable('nobody asked it'),
    }) as PromiseLike<void>
    // @ts-expect-error Nor anything else that can be awaited.
    await expect(node.commit(() => thenable)).rejects.toMatchObject({ code: 'invalid' })
    await setImmediate()
    process.off('unhandledRejection', note)
    expect(rejections).toEqual([])
    expect(await node.store.engine.entity(ref('a'))).toBeUndefined()
  })

  test('R4 what a decision hands out is a copy, and its transaction ends with it', async () => {
    let leaked: { tx: Tx; entity: EntityTx; draft: { list?: number[] } } | undefined
    const value = await node.commit((tx) => {
      const entity = doc(tx, 'a')
      const draft = entity.draft<{ list?: number[] }>()
      draft.list = [1]
      leaked = { tx, entity, draft }
      return draft
    })
    value.list?.push(2)
    expect(await node.read('a', '/list')).toEqual([1])
    for (const late of [
      () => leaked?.entity.set('n', 1),
      () => leaked?.entity.event('late'),
      () => leaked?.entity.effect('mail', {}),
      () => leaked?.tx.cancel('x'),
      () => leaked?.draft.list,
    ])
      expect(late).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  test('R5 what no engine could keep is refused before anything is written', async () => {
    const refusals: [string, (tx: Tx) => unknown][] = [
      ['invalid', (tx) => tx.entity('', 'x')],
      ['invalid', (tx) => tx.entity('doc', 'a\0b')],
      ['too_large', (tx) => tx.entity('doc', 'x'.repeat(513))],
      ['too_large', (tx) => doc(tx, 'a').set('k'.repeat(2049), 1)],
      ['too_large', (tx) => doc(tx, 'a').set('k', 'x'.repeat(8 * 1024 * 1024))],
      ['invalid', (tx) => doc(tx, 'a').set('k', { f: () => 1 })],
      ['invalid', (tx) => doc(tx, 'a').timer('t', Number.NaN)],
      ['invalid', (tx) => doc(tx, 'a').effect('mail', 1, { delay: Number.POSITIVE_INFINITY })],
      ['invalid', (tx) => doc(tx, 'a').describe({ expires: Number.NaN })],
      ['invalid', (tx) => doc(tx, 'a').term('t', ['a\0'])],
      ['invalid', (tx) => doc(tx, 'a').effect('', 1)],
      ['invalid', (tx) => doc(tx, 'a').describe({ root: 'a\ud800' })],
      ['invalid', (tx) => doc(tx, 'a').describe({ schema: 'a\0' })],
      ['invalid', (tx) => doc(tx, 'a').set('k', 1, { subject: '\udc00' })],
      ['invalid', (tx) => doc(tx, 'a').term('t', ['a'], 'a\0')],
      ['too_large', (tx) => Array.from({ length: TX_LIMITS.entities + 1 }, (_, i) => doc(tx, `e${i}`).set('n', i)).length],
      ['too_large', (tx) => Array.from({ length: TX_LIMITS.effects + 1 }, () => doc(tx, 'a').effect('mail', 1)).length],
    ]
    for (const [code, decide] of refusals) {
      const attempt = node.commit((tx) => {
        doc(tx, 'first').set('n', 1)
        decide(tx)
      })
      await expect(attempt, String(decide)).rejects.toMatchObject({ code })
    }
    await expect(node.add('a', { key: '' })).rejects.toMatchObject({ code: 'invalid' })
    for (const odd of ['a\0b', '\ud800']) {
      for (const name of ['cause', 'source', 'trust'])
        await expect(node.add('a', { [name]: odd }), name).rejects.toMatchObject({ code: 'invalid' })
      const add = (tx: Tx): unknown => increment(doc(tx, 'a'))
      await expect(node.commit(add, {}, { id: odd, tenant: 'acme' })).rejects.toMatchObject({ code: 'invalid' })
      await expect(node.commit(add, {}, { id: 'eve', tenant: odd })).rejects.toMatchObject({ code: 'invalid' })
    }
    expect(await node.store.engine.log({ partition: 0, after: 0, limit: 9 })).toEqual([])
  })

  test('R6 a decision that asks for something new each time is refused in the end', async () => {
    await node.add('a')
    let asked = 0
    // Of what it has made itself a process knows all.
    const other = await world.open()
    const restless = other.commit((tx) => doc(tx, 'a').get(`key ${asked++}`))
    await expect(restless).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('not pure') })
    expect(await node.add('a')).toBe(2)
  })

  test('R6 walking a long list takes a few runs, not one for each item', async () => {
    const list = Array.from({ length: 500 }, (_, i) => `${i}`.padEnd(50))
    await node.commit((tx) => {
      doc(tx, 'a').draft<{ list: string[] }>().list = list
    })
    const other = await world.open()
    let runs = 0
    const found = await other.commit((tx) => {
      runs++
      const items = doc(tx, 'a').draft<{ list: string[] }>().list
      return [items.findIndex((item) => item.startsWith('499')), items.length]
    })
    expect(found).toEqual([499, 500])
    expect(runs).toBeLessThan(30)
    await other.commit((tx) => void doc(tx, 'a').draft<{ list: string[] }>().list.splice(0))
    expect(await other.store.engine.entry(1, '/list/a0')).toBeUndefined()
  })
})
