import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HoldfastError } from '../core/index.ts'
import { engineNames, removeTemporaryFiles } from '../store/engines.testing.ts'
import type { Engine } from '../store/index.ts'
import { Stage } from './staged-engine.testing.ts'
import { rest, until } from './virtual-clock.testing.ts'
import { doc, type Node, World } from './world.testing.ts'

afterAll(removeTemporaryFiles)

/** An engine that answers reads of one key, and requests for receipts, only later: of the key once everything else has been answered. */
function slow(key: string, { clock }: World): (engine: Engine) => Engine {
  return (engine) => ({
    ...engine,
    async entry(num, wanted) {
      if (wanted === key) for (let i = 0; i < 7; i++) await clock.rest()
      return engine.entry(num, wanted)
    },
    async idempotency(tenant, wanted) {
      await rest(wanted === 'slow' ? 20 : 2)
      return engine.idempotency(tenant, wanted)
    },
  })
}

describe.each(engineNames)('order on %s', (name) => {
  let world: World

  beforeEach(async () => {
    world = new World(name)
    const first = await world.open()
    await first.commit((tx) => {
      for (const id of ['a', 'b']) for (const key of ['n', 'cold', 'list']) doc(tx, id).set(key, key === 'list' ? [] : 0)
    })
    await first.close()
  })
  afterEach(() => world.close())

  const append = (node: Node, id: string, item: string, before?: string): Promise<unknown> =>
    node.commit((tx) => {
      const entity = doc(tx, id)
      if (before !== undefined) entity.get(before)
      entity.set('list', [...(entity.get('list') as string[]), item])
    })

  test('R7 decisions on an entity are made in the order they came, also when an earlier one waits for something to load', async () => {
    const node = await world.open({ between: slow('cold', world) })
    const order: string[] = []
    const submitted = [
      append(node, 'a', '1', 'cold').then(() => order.push('1')),
      append(node, 'a', '2').then(() => order.push('2')),
      append(node, 'a', '3', 'cold').then(() => order.push('3')),
      append(node, 'a', '4').then(() => order.push('4')),
    ]
    await Promise.all(submitted)
    expect(order).toEqual(['1', '2', '3', '4'])
    expect(await node.read('a', 'list')).toEqual(['1', '2', '3', '4'])
  })

  test('R7 a request with a key keeps its place although it is looked up first', async () => {
    const node = await world.open({ between: slow('none', world) })
    await node.read('a', 'list')
    const keyed = node.commit((tx) => doc(tx, 'a').set('list', ['keyed']), { key: 'slow' })
    const unkeyed = append(node, 'a', 'later')
    await Promise.all([keyed, unkeyed])
    expect(await node.read('a', 'list')).toEqual(['keyed', 'later'])
  })

  test('R7 a decision over several entities waits for earlier ones on any of them, and later ones wait for it', async () => {
    const node = await world.open({ between: slow('cold', world) })
    const both = (item: string): Promise<unknown> =>
      node.commit((tx) => {
        for (const id of ['b', 'a']) doc(tx, id).set('list', [...(doc(tx, id).get('list') as string[]), item])
      })
    await Promise.all([append(node, 'a', '1', 'cold'), both('2'), append(node, 'b', '3'), append(node, 'a', '4')])
    expect(await node.read('a', 'list')).toEqual(['1', '2', '4'])
    expect(await node.read('b', 'list')).toEqual(['2', '3'])
  })

  test('R7 what was refused is decided again before what came later, also before what comes just now', async () => {
    const stage = new Stage()
    const node = await world.open({ between: stage.between })
    await append(node, 'a', '0')
    stage.hold()
    const first = append(node, 'a', '1')
    const second = append(node, 'a', '2')
    await until('the batch to reach the engine', () => stage.waiting === 1)
    // Somebody else writes first: both are refused.
    await world.bump('a')
    stage.release()
    const third = append(node, 'a', '3')
    await Promise.all([first, second, third])
    expect(await node.read('a', 'list')).toEqual(['0', '1', '2', '3'])
  })

  test('R8 while a decision waits for something to load, those on other entities go on', async () => {
    const node = await world.open({ between: slow('cold', world) })
    const order: string[] = []
    await Promise.all([
      append(node, 'a', '1', 'cold').then(() => order.push('a')),
      append(node, 'b', '1').then(() => order.push('b')),
    ])
    expect(order).toEqual(['b', 'a'])
  })

  test('R8 a decision that cannot be loaded fails alone, and leaves the way free', async () => {
    const broken = new HoldfastError('corrupt', 'damaged', {})
    const node = await world.open({
      between: (engine) => ({
        ...engine,
        entry(num, key) {
          if (key === 'cold') throw broken
          return engine.entry(num, key)
        },
      }),
    })
    const failing = append(node, 'a', '1', 'cold')
    const next = append(node, 'a', '2')
    await expect(failing).rejects.toBe(broken)
    await next
    expect(await node.read('a', 'list')).toEqual(['2'])
    expect(node.runtime.pending).toBe(0)
  })
})
