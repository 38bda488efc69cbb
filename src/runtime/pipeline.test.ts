import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HoldfastError } from '../core/index.ts'
import { engineNames, removeTemporaryFiles } from '../store/engines.testing.ts'
import { Stage } from './staged-engine.testing.ts'
import { rest, until } from './virtual-clock.testing.ts'
import { doc, increment, type Node, ref, World } from './world.testing.ts'

afterAll(removeTemporaryFiles)

const busy = new HoldfastError('unavailable', 'busy', { reason: 'busy' })

/** How a promise stands. */
function standing(promise: Promise<unknown>): { now: 'open' | 'answered' | 'refused' } {
  const state: { now: 'open' | 'answered' | 'refused' } = { now: 'open' }
  promise.then(
    () => {
      state.now = 'answered'
    },
    () => {
      state.now = 'refused'
    },
  )
  return state
}

describe.each(engineNames)('pipelining on %s', (name) => {
  let world: World
  let node: Node
  let stage: Stage

  beforeEach(async () => {
    world = new World(name)
    stage = new Stage()
    node = await world.open({ between: (engine) => ({ ...stage.between(engine), inFlight: 1 }) })
    await node.add('a')
    stage.batches.length = 0
  })
  afterEach(() => {
    stage.release()
    return world.close()
  })

  const held = (count = 1): Promise<void> => until(`${count} batches to wait`, () => stage.waiting === count)

  test('R9 the next decision sees what those before it will have written, and they travel together', async () => {
    stage.hold()
    const all = Promise.all(Array.from({ length: 10 }, () => node.add('a')))
    await held()
    const later = Promise.all(Array.from({ length: 5 }, () => node.add('a')))
    await rest()
    stage.release()
    expect(await all).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(await later).toEqual([12, 13, 14, 15, 16])
    expect(stage.batches.map((batch) => batch.length)).toEqual([10, 5])
  })

  test('R9 also creation, deletion and re-creation are seen before they are durable, and after', async () => {
    await node.commit((tx) => doc(tx, 'b').exists)
    stage.hold()
    const seen: unknown[] = []
    const look = (): void => {
      void node.commit(
        (tx) => void seen.push([doc(tx, 'b').exists, doc(tx, 'b').revision, doc(tx, 'b').get('n'), doc(tx, 'b').get('k')]),
      )
    }
    void node.commit((tx) => doc(tx, 'b').set('n', 1))
    look()
    void node.commit((tx) => doc(tx, 'b').destroy())
    look()
    void node.commit((tx) => doc(tx, 'b').set('k', 2))
    look()
    const expected = [
      [true, 1, 1, undefined],
      [false, 2, undefined, undefined],
      [true, 3, undefined, 2],
    ]
    await held()
    await until('all to be decided', () => seen.length === expected.length)
    expect(seen).toEqual(expected)
    // The first batch lands while more is on its way: pending commits never end on a busy entity.
    const more = node.commit((tx) => doc(tx, 'b').set('m', 3))
    look()
    stage.release()
    stage.hold()
    await held()
    look()
    expect(seen.at(-1)).toEqual([true, 4, undefined, 2])
    stage.release()
    await more
    seen.length = 0
    look()
    await until('it to be seen', () => seen.length > 0)
    expect(seen.at(-1)).toEqual([true, 4, undefined, 2])
    expect([await node.read('b', 'n'), await node.read('b', 'k'), await node.read('b', 'm')]).toEqual([undefined, 2, 3])
  })

  test('R10 nobody is answered, no reader and no watcher sees anything, before it is durable', async () => {
    stage.hold()
    const changes = node.feed.watch('default')
    const first = changes.next()
    const write = standing(node.add('a'))
    const look = standing(node.commit((tx) => doc(tx, 'a').get('n')))
    const fail = standing(node.commit((tx) => doc(tx, 'a').expect(1)))
    const elsewhere = standing(node.commit((tx) => doc(tx, 'b').exists))
    const change = standing(first)
    await held()
    await world.clock.rest()
    await rest(10)
    expect([write.now, look.now, fail.now, change.now]).toEqual(['open', 'open', 'open', 'open'])
    expect(elsewhere.now).toBe('answered')
    expect(await node.read('a')).toBe(1)
    stage.release()
    await first
    await rest()
    expect([write.now, look.now, fail.now]).toEqual(['answered', 'answered', 'refused'])
    expect(await node.read('a')).toBe(2)
    await changes.return(undefined)
  })

  test('R11 when one is refused, what was decided on it is decided again: commits, answers and errors; nothing else is', async () => {
    await node.commit((tx) => doc(tx, 'b').get('n'))
    stage.hold()
    const runs = { other: 0 }
    const first = node.add('a')
    const second = node.add('a')
    const answer = node.commit((tx) => doc(tx, 'a').get('n'))
    const error = node.commit((tx) => {
      throw new Error(`n is ${doc(tx, 'a').get('n')}`)
    })
    const other = node.commit((tx) => {
      runs.other++
      return increment(doc(tx, 'b'))
    })
    await held()
    const queued = node.add('a')
    await world.bump('a', { n: 100 })
    stage.release()
    expect(await Promise.all([first, second, answer, queued])).toEqual([101, 102, 102, 103])
    await expect(error).rejects.toThrow('n is 102')
    expect(await other).toBe(1)
    expect(runs.other).toBe(1)
    expect(await node.read('a')).toBe(103)
  })

  test('R11 a decision is refused when what it was made on is not what stands, though the revision is the same (ABA)', async () => {
    stage.hold()
    const first = node.commit((tx) => {
      const entity = doc(tx, 'a')
      entity.set('owner', entity.get('owner') ?? 'first')
    })
    // Decided on revision 2 as the first would make it. Somebody else makes another revision 2.
    const second = node.commit((tx) => doc(tx, 'a').set('seen', doc(tx, 'a').get('owner')))
    await held()
    await world.bump('a', { owner: 'somebody else' })
    stage.release()
    await Promise.all([first, second])
    expect(await node.read('a', 'seen')).toBe('somebody else')
    expect(await node.read('a', 'owner')).toBe('somebody else')
  })

  test('R11 what waits on an entity that a refused decision touched later is still seen by those behind it', async () => {
    await node.add('b')
    stage.hold()
    const refused = node.add('a')
    await held()
    const kept = node.commit((tx) => doc(tx, 'b').set('kept', true))
    const both = node.commit((tx) => {
      increment(doc(tx, 'a'))
      increment(doc(tx, 'b'))
    })
    await world.bump('a')
    stage.release()
    stage.hold()
    await until('the kept ones to be sent', () => stage.batches.length === 2)
    const seen = node.commit((tx) => doc(tx, 'b').get('kept'))
    stage.release()
    await Promise.all([refused, kept, both])
    expect(await seen).toBe(true)
  })

  test('R9 R17 what has become durable does not hide what others make of it, also when an answer about it is given again', async () => {
    if (!world.isShared) return
    await node.commit((tx) => doc(tx, 'n').exists)
    stage.hold()
    const made = node.add('n')
    await held()
    const answer = node.commit((tx) => doc(tx, 'n').revision)
    // Somebody else comes first, so that it is not known of which moment the answer was.
    await world.bump('b')
    stage.release()
    expect([await made, await answer]).toEqual([1, 1])
    await world.bump('n')
    await rest()
    expect(await node.commit((tx) => doc(tx, 'n').revision)).toBe(2)
  })

  test('R12 when nothing could be stored, the callers are told and what waits is decided again', async () => {
    stage.hold()
    const lost = [node.add('a'), node.add('a')]
    const answer = node.commit((tx) => doc(tx, 'a').get('n'))
    await held()
    const waiting = [node.add('a'), node.add('b')]
    stage.fail(busy)
    stage.release()
    for (const each of lost) await expect(each).rejects.toBe(busy)
    expect(await Promise.all(waiting)).toEqual([2, 1])
    expect(await answer).toBe(1)
    expect(await node.add('a')).toBe(3)
    expect(node.runtime.pending).toBe(0)
  })

  test('R12 a commit that the engine can make nothing of does not fail its neighbours', async () => {
    for (const id of ['odd', 'b']) await node.commit((tx) => doc(tx, id).exists)
    stage.hold()
    const before = node.add('a')
    // What only a caller without types can do.
    const odd = node.commit((tx) => doc(tx, 'odd').set('n', 1, { subject: { not: 'text' } as unknown as string }))
    odd.catch(() => {})
    const after = node.add('b')
    await held()
    const batchFails = new TypeError('Provided value cannot be bound')
    stage.fail(batchFails)
    stage.release()
    expect(await Promise.all([before, after])).toEqual([2, 1])
    await odd.catch((error: unknown) => expect(error).toBeInstanceOf(TypeError))
    expect(stage.batches.map((batch) => batch.length)).toEqual([3, 1, 1, 1])
  })

  test('R12 whatever fails once a batch is stored does not make it look as if it were not', async () => {
    const stop = node.runtime.onDurable(() => {
      throw new Error('a listener that fails')
    })
    node.meter.record = () => {
      throw new Error('a meter that fails')
    }
    expect(await Promise.all([node.add('a'), node.add('a')])).toEqual([2, 3])
    stop()
    expect(await node.add('a')).toBe(4)
    expect(node.log.lines.join()).toContain('a listener that fails')
  })

  test('R12 when others have committed and following them fails, the answer stands and the cache follows later', async () => {
    await node.add('b')
    const { engine } = node.store
    const { heads, log } = engine
    stage.hold()
    const mine = node.add('a')
    await held()
    await world.bump('b', { n: 50 })
    const broken = engine as { heads: typeof heads; log: typeof log }
    broken.log = () => {
      throw busy
    }
    stage.release()
    expect(await mine).toBe(2)
    broken.log = log
    await rest()
    expect(await node.read('b')).toBe(50)
    expect(node.log.lines.join()).toContain('following the commits of others failed')
  })

  test('R12 nothing of this stays behind in memory', async () => {
    stage.hold()
    const all = Array.from({ length: 20 }, (_, i) => node.add(`d${i % 3}`))
    await held()
    await world.bump('d1')
    stage.release()
    await Promise.all(all)
    for (const id of ['d0', 'd1', 'd2']) {
      const state = node.store.state(ref(id))
      expect([state.pending, state.pins, [...state.keysAhead()].length, state.aheadOutline, state.aheadDeleted]).toEqual([
        0,
        0,
        0,
        undefined,
        false,
      ])
    }
  })
})

describe.each(engineNames)('an engine that likes two batches at once, on %s', (name) => {
  let world: World
  let node: Node
  let stage: Stage
  const ids = Array.from({ length: 20 }, (_, i) => `d${i}`)

  beforeEach(async () => {
    world = new World(name)
    stage = new Stage()
    node = await world.open({ between: (engine) => ({ ...stage.between(engine), inFlight: 2 }) })
    for (const id of ['a', 'b', 'c', 'd', 'e']) await node.add(id)
    await node.commit((tx) => ids.map((id) => doc(tx, id).exists))
    stage.batches.length = 0
    stage.hold()
  })
  afterEach(() => {
    stage.release()
    return world.close()
  })

  const held = (count: number): Promise<void> => until(`${count} batches to wait`, () => stage.waiting === count)
  const sent = (): string[] =>
    stage.batches.map((batch) => batch.map(({ entities }) => entities.map(({ entity }) => entity.id)).join(' '))

  test('R73 what has nothing to do with what is with the engine goes meanwhile; what has waits, and what has to do with that', async () => {
    const first = node.add('a')
    await held(1)
    const onTop = node.add('a')
    const both = node.commit((tx) => [increment(doc(tx, 'a')), increment(doc(tx, 'b'))])
    const behind = node.add('b')
    const apart = node.add('c')
    await held(2)
    await rest()
    expect(sent()).toEqual(['a', 'c'])
    stage.release()
    expect(await Promise.all([first, onTop, both, behind, apart])).toEqual([2, 3, [4, 2], 3, 2])
    expect(sent()).toEqual(['a', 'c', 'a a,b b'])
  })

  test('R73 what comes at once is divided, and a third batch waits; on one entity it travels together', async () => {
    const all = Promise.all(ids.map((id) => node.add(id)))
    await held(2)
    const third = Promise.all(['b', 'c'].map((id) => node.add(id)))
    await rest()
    expect(stage.batches.map(({ length }) => length)).toEqual([10, 10])
    stage.release()
    expect(await all).toEqual(ids.map(() => 1))
    expect(await third).toEqual([2, 2])
    stage.hold()
    stage.batches.length = 0
    const hot = Promise.all(ids.map(() => node.add('a')))
    await held(1)
    stage.release()
    expect((await hot).at(-1)).toBe(21)
    expect(stage.batches.map(({ length }) => length)).toEqual([20])
  })

  test('R11 R73 nothing is decided on a batch that is refused, though the revision is the same (ABA)', async () => {
    const first = node.commit((tx) => doc(tx, 'a').set('owner', doc(tx, 'a').get('owner') ?? 'first'))
    await held(1)
    const second = node.commit((tx) => doc(tx, 'a').set('seen', doc(tx, 'a').get('owner')))
    await rest()
    await world.bump('a', { owner: 'somebody else' })
    stage.release()
    await Promise.all([first, second])
    expect(await node.read('a', 'seen')).toBe('somebody else')
  })

  test('R11 R73 what a refused one had to do with is still seen as the other batch will have left it', async () => {
    const first = node.add('a')
    await held(1)
    const removed = node.commit((tx) => doc(tx, 'b').destroy())
    await held(2)
    const looks = new Set<boolean>()
    const seen = node.commit((tx) => {
      looks.add(doc(tx, 'b').exists)
      doc(tx, 'c').set('seen', [doc(tx, 'a').get('n'), doc(tx, 'b').exists])
    })
    await world.bump('a', { n: 100 })
    stage.release()
    await Promise.all([first, removed, seen])
    expect(await node.read('c', 'seen')).toEqual([101, false])
    expect([...looks]).toEqual([false])
    expect(await node.add('b')).toBe(1)
  })

  test('R12 R73 when one of them could not be stored the other one stands, and one that the engine can make nothing of fails alone', async () => {
    stage.fail(busy)
    const lost = node.add('a')
    await held(1)
    const stored = [node.add('b'), node.add('c')]
    await held(2)
    stage.release()
    await expect(lost).rejects.toBe(busy)
    expect(await Promise.all(stored)).toEqual([2, 2])
    stage.hold()
    stage.fail(new TypeError('a value that cannot be bound'), new TypeError('another one'))
    const one = Promise.all([node.add('c'), node.add('d')])
    await held(1)
    const two = Promise.all([node.add('b'), node.add('e')])
    await held(2)
    stage.release()
    expect([await one, await two]).toEqual([
      [3, 2],
      [3, 2],
    ])
    expect(node.runtime.pending).toBe(0)
  })
})
