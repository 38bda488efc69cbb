import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engineNames, removeTemporaryFiles, sharedEngineNames } from '../store/engines.testing.ts'
import type { Engine } from '../store/index.ts'
import { Stage } from './staged-engine.testing.ts'
import { rest, until } from './virtual-clock.testing.ts'
import { doc, increment, type Node, ref, World } from './world.testing.ts'

afterAll(removeTemporaryFiles)

/** An engine that has stored what it was given before it says so, when `isLate`. */
function answering(engine: Engine, isLate: () => boolean, answered: Promise<void>): Engine {
  return {
    ...engine,
    async commit(batch) {
      const receipts = await engine.commit(batch)
      if (isLate()) await answered
      return receipts
    },
  }
}

describe.each(sharedEngineNames)('several processes on one store of %s', (name) => {
  let world: World
  let one: Node
  let two: Node

  beforeEach(async () => {
    world = new World(name)
    one = await world.open()
    two = await world.open()
  })
  afterEach(() => world.close())

  test('R17 two add 1 to the same number again and again, and nothing is lost', async () => {
    const sums = await Promise.all(Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? one : two).add('a')))
    expect(sums.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
    expect([await one.read('a'), await two.read('a')]).toEqual([200, 200])
  })

  test('R17 a conflict is decided again, and counted', async () => {
    const stage = new Stage()
    const late = await world.open({ between: stage.between })
    await late.add('a')
    stage.hold()
    const sum = late.add('a')
    await until('it to be decided', () => stage.waiting === 1)
    expect(await one.add('a')).toBe(2)
    stage.release()
    expect(await sum).toBe(3)
    expect(late.meter.counts.get('commit.conflicts')).toBe(1)
  })

  test('R17 an entity that one has found missing is found when the other has made it, and gone when it is deleted', async () => {
    expect(await one.read('a')).toBeUndefined()
    await two.add('a')
    expect(await one.read('a')).toBe(1)
    await two.commit((tx) => doc(tx, 'a').destroy())
    expect(await one.read('a')).toBeUndefined()
    expect(await one.commit((tx) => doc(tx, 'a').exists)).toBe(false)
  })

  describe('what this process has stored and not been told of yet', () => {
    let late: Node
    let answered: PromiseWithResolvers<void>

    beforeEach(async () => {
      answered = Promise.withResolvers<void>()
      let isLate = false
      late = await world.open({
        // It knows as little of the answer as the process does.
        between: (engine) => ({ ...answering(engine, () => isLate, answered.promise), poll: () => engine.heads() }),
      })
      await late.add('a')
      isLate = true
    })
    afterEach(() => answered.resolve())

    const stored = (): Promise<void> => until('it to be stored', async () => (await one.read('a')) === 2)

    test('R18 is not passed over once others may have been shown it: reading waits for the answer', async () => {
      const sum = late.add('a')
      await stored()
      let found: unknown
      const reading = late.read('a').then((value) => {
        found = value
      })
      await rest(5)
      expect(found).toBeUndefined()
      answered.resolve()
      await reading
      expect([await sum, found]).toEqual([2, 2])
    })

    test('R18 is not taken for the commit of another, which would have to be loaded', async () => {
      const sum = late.add('a')
      await stored()
      const { misses } = late.store
      const reading = late.read('a')
      await rest(5)
      expect(late.store.state(ref('a')).row?.revision).toBe(1)
      answered.resolve()
      expect([await sum, await reading, late.store.misses]).toEqual([2, 2, misses])
    })

    test('R18 does not hide what another has made of it since', async () => {
      const sum = late.add('a')
      await stored()
      expect(await one.add('a')).toBe(3)
      const reading = late.read('a')
      await rest(5)
      answered.resolve()
      expect([await sum, await reading, await late.read('a'), await late.add('a')]).toEqual([2, 3, 3, 4])
    })
  })

  test('R14 an answer that has seen what is on its way is given again when others have gone on from there', async () => {
    const answered = Promise.withResolvers<void>()
    let isLate = false
    const late = await world.open({
      between: (engine) => answering(engine, () => isLate, answered.promise),
    })
    const accounts = ['a', 'b', 'c']
    const move = (node: Node, from: string, to: string): Promise<void> =>
      node.commit((tx) => {
        doc(tx, from).set('n', Number(doc(tx, from).get('n')) - 1)
        doc(tx, to).set('n', Number(doc(tx, to).get('n')) + 1)
      })
    await late.commit((tx) => {
      for (const id of accounts) doc(tx, id).set('n', 10)
    })
    isLate = true
    const moved = move(late, 'a', 'b')
    while ((await one.read('a')) !== 9) await rest()
    await move(one, 'b', 'c')
    const sum = late.commit((tx) => accounts.reduce((all, id) => all + Number(doc(tx, id).get('n')), 0))
    await rest()
    isLate = false
    answered.resolve()
    await moved
    expect(await sum).toBe(30)
  })

  test('R18 who reads sees what others were answered for before, however many read at once', async () => {
    await one.add('a')
    for (let i = 2; i < 12; i++) {
      expect(await two.add('a')).toBe(i)
      const looks = [
        one.read('a'),
        one.commit((tx) => doc(tx, 'a').get('n')),
        one.read('a'),
        one.commit((tx) => doc(tx, 'a').get('n')),
      ]
      expect(await Promise.all(looks)).toEqual([i, i, i, i])
    }
  })

  test('R18 the cache catches up again after it could not', async () => {
    await one.add('a')
    const engine = one.store.engine as { log: Engine['log'] }
    const { log } = engine
    engine.log = () => {
      throw new Error('no disk')
    }
    await two.add('a')
    await expect(one.read('a')).rejects.toThrow('no disk')
    engine.log = log
    expect(await one.read('a')).toBe(2)
  })
})

describe.each(engineNames)('reading on %s', (name) => {
  let world: World

  beforeEach(async () => {
    world = new World(name)
    const node = await world.open()
    await node.commit((tx) => {
      for (const id of ['a', 'b']) for (const key of ['x', 'y']) doc(tx, id).set(key, 0)
    })
    await node.close()
  })
  afterEach(() => world.close())

  /** Runs `between` once: when key `y` is read, before it is. */
  function betweenReads(between: () => Promise<void>): (engine: Engine) => Engine {
    let todo: (() => Promise<void>) | undefined = between
    return (engine) => ({
      ...engine,
      async entry(num, key) {
        if (key === 'y') {
          const now = todo
          todo = undefined
          await now?.()
        }
        return engine.entry(num, key)
      },
    })
  }

  test('R18 a reader never sees half of what a commit did to an entity', async () => {
    const node = await world.open({ between: betweenReads(() => world.bump('a', { x: 1, y: 1 })) })
    const seen = await node.commit((tx) => [doc(tx, 'a').get('x'), doc(tx, 'a').get('y')])
    expect(seen).toEqual([1, 1])
    expect([await node.read('a', 'x'), await node.read('a', 'y')]).toEqual([1, 1])
  })

  /** Others commit, in a turn of the event loop of its own. */
  const others = async (values: Readonly<Record<string, unknown>>): Promise<void> => {
    await world.bump('a', values)
    await rest(1)
  }

  const changed = (engine: Engine): Engine['poll'] => {
    // In memory too there are others here.
    return () => engine.heads()
  }

  test('R18 however long the engine takes to say what others have done, all who read meanwhile wait for it', async () => {
    const node = await world.open({ between: (engine) => ({ ...engine, poll: async () => changed(engine)() }) })
    expect(await node.read('a', 'x')).toBe(0)
    await others({ x: 1 })
    const reads = [node.read('a', 'x'), node.read('a', 'x'), node.commit((tx) => doc(tx, 'a').get('x'))]
    expect(await Promise.all(reads)).toEqual([1, 1, 1])
  })

  test.each(['at once', 'later'])(
    'R18 when looking for what others have done fails %s, the next reader looks himself',
    async (when) => {
      let fails = false
      const poll = (engine: Engine): ReturnType<Engine['poll']> => {
        if (!fails) return changed(engine)()
        fails = false
        const error = new Error('no disk')
        if (when === 'later') return Promise.reject(error)
        throw error
      }
      const node = await world.open({ between: (engine) => ({ ...engine, poll: () => poll(engine) }) })
      expect(await node.read('a', 'x')).toBe(0)
      await others({ x: 1 })
      fails = true
      await expect(node.read('a', 'x')).rejects.toThrow('no disk')
      expect(await node.read('a', 'x')).toBe(1)
    },
  )

  test('R18 who only reads sees what others have done, also while a commit is on its way', async () => {
    const stage = new Stage()
    const node = await world.open({ between: (engine) => ({ ...stage.between(engine), poll: changed(engine) }) })
    expect(await node.read('a', 'x')).toBe(0)
    stage.hold()
    const write = node.add('b')
    await until('the commit to be on its way', () => stage.waiting === 1)
    await others({ x: 1 })
    expect(await node.commit((tx) => doc(tx, 'a').get('x'))).toBe(1)
    await others({ x: 2 })
    const refused = node.commit((tx) => {
      throw new Error(`x is ${doc(tx, 'a').get('x')}`)
    })
    await expect(refused).rejects.toThrow('x is 2')
    stage.release()
    expect(await write).toBe(1)
  })

  test('R19 the cache keeps to its size, but for what is in use, and says the same however small it is', async () => {
    for (const cacheBytes of [0, 1, 5000, 20_000]) {
      const node = await world.open({ cacheBytes })
      await Promise.all(
        Array.from({ length: 60 }, (_, i) =>
          node.commit((tx) => {
            doc(tx, `d${i % 20}`).set('text', 'x'.repeat(100))
            increment(doc(tx, `d${i % 20}`), `n${cacheBytes}`)
            increment(doc(tx, `d${(i + 1) % 20}`), `n${cacheBytes}`)
          }),
        ),
      )
      for (let i = 0; i < 20; i++) expect(await node.read(`d${i}`, `n${cacheBytes}`)).toBe(6)
      expect(node.store.cacheBytes).toBeLessThanOrEqual(cacheBytes + 5000)
      await node.close()
    }
  })

  test('R19 bytes are accounted for exactly: with everything dropped, nothing is left', async () => {
    const node = await world.open()
    const empty = node.store.cacheBytes
    await Promise.all(Array.from({ length: 30 }, (_, i) => node.add(`d${i % 5}`)))
    await Promise.all(['x', 'y', 'x'].map((key) => node.read('a', key)))
    const perEntity = 2000
    for (const id of ['a', 'd0', 'd1', 'd2', 'd3', 'd4']) node.store.invalidate(node.store.state(ref(id)))
    expect(node.store.cacheBytes - empty).toBe(6 * perEntity)
  })
})

describe.each(sharedEngineNames)('reading while others commit on %s', (name) => {
  test('R18 an answer over several entities never shows half of a commit', async () => {
    const world = new World(name)
    const writer = await world.open()
    const both = (n: number) =>
      writer.commit((tx) => {
        doc(tx, 'a').set('x', n)
        doc(tx, 'b').set('x', n)
      })
    await both(0)
    let n = 0
    const reader = await world.open({
      cacheBytes: 0,
      between: (engine) => ({
        ...engine,
        async entity(ref) {
          if (ref.id === 'b' && n < 3) await both(++n)
          return engine.entity(ref)
        },
      }),
    })
    const [a, b] = await reader.commit((tx) => [doc(tx, 'a').get('x'), doc(tx, 'b').get('x')])
    expect(a).toBe(b)
    await world.close()
  })
})
