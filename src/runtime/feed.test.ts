import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engineNames, removeTemporaryFiles, sharedEngineNames } from '../store/engines.testing.ts'
import type { Change, WatchOptions } from './index.ts'
import { rest, until } from './virtual-clock.testing.ts'
import { doc, increment, type Node, World } from './world.testing.ts'

afterAll(removeTemporaryFiles)

const DAY = 24 * 3_600_000

/** Collects what a watch says until it is told to stop. */
class Watcher {
  readonly changes: Change[] = []
  readonly ended: Promise<unknown>
  readonly #source: AsyncGenerator<Change>

  /** From now on: a database that answers later may be asked for its position after it was asked for a commit. */
  static async open(node: Node, options: WatchOptions = {}, tenant = 'default'): Promise<Watcher> {
    return new Watcher(node, { after: await node.feed.cursor(), ...options }, tenant)
  }

  constructor(node: Node, options: WatchOptions = {}, tenant = 'default') {
    this.#source = node.feed.watch(tenant, options)
    this.ended = this.#collect().catch((error: unknown) => error)
  }

  async #collect(): Promise<void> {
    for await (const change of this.#source) this.changes.push(change)
  }

  async seen(count: number): Promise<Change[]> {
    await until(`${count} changes`, () => this.changes.length >= count)
    await rest()
    expect(this.changes.length).toBe(count)
    return this.changes
  }

  stop(): Promise<unknown> {
    return this.#source.return(undefined)
  }
}

const ids = (changes: readonly Change[]): string[] => changes.map(({ entity, revision }) => `${entity.id}${revision}`)

describe.each(engineNames)('watching on %s', (name) => {
  let world: World
  let node: Node

  beforeEach(async () => {
    world = new World(name)
    node = await world.open()
  })
  afterEach(() => world.close())

  test('R51 every record is told once, in order, with what the log says of it', async () => {
    await node.add('before')
    const watcher = await Watcher.open(node)
    await Promise.all(Array.from({ length: 40 }, (_, i) => node.add(`d${i % 3}`)))
    await node.commit((tx) => doc(tx, 'd0').event('hello', { to: 'you' }), { cause: 'c', source: 'user' })
    const changes = await watcher.seen(41)
    expect(changes.map(({ seq }) => seq)).toEqual(Array.from({ length: 41 }, (_, i) => i + 2))
    expect(changes.at(-1)).toMatchObject({
      entity: { tenant: 'default', kind: 'doc', id: 'd0' },
      op: 'write',
      actor: 'local',
      cause: 'c',
      source: 'user',
      event: { name: 'hello', data: { to: 'you' } },
      at: world.clock.now(),
    })
  })

  test('R51 a watch begins when it is asked for, not when the first change is', async () => {
    // Again and again: a server may answer two questions in any order.
    for (let i = 1; i <= 30; i++) {
      const source = node.feed.watch('default')
      await node.add(`d${i}`)
      expect((await source.next()).value).toMatchObject({ seq: i, entity: { id: `d${i}` } })
      await source.return(undefined)
    }
  })

  test('R52 a commit over many entities is told as a whole, also when it is longer than a page', async () => {
    const watcher = await Watcher.open(node)
    await node.commit((tx) => {
      for (let i = 0; i < 700; i++) increment(doc(tx, `d${i}`))
    })
    await node.add('after')
    const changes = await watcher.seen(701)
    expect(new Set(changes.map(({ commit }) => commit)).size).toBe(2)
    expect(new Set(changes.map(({ cursor }) => cursor)).size).toBe(701)
  })

  test('R53 filters: kind, id, the tree of a session; never another tenant', async () => {
    const watchers = {
      kind: await Watcher.open(node, { kind: 'note' }),
      id: await Watcher.open(node, { kind: 'doc', id: 'a' }),
      root: await Watcher.open(node, { root: 's' }),
      tenant: await Watcher.open(node, {}, 'acme'),
      all: await Watcher.open(node),
    }
    await node.add('a')
    await node.commit((tx) => {
      tx.entity('note', 'n').describe({ root: 's' })
      tx.entity('session', 's').set('k', 1)
      doc(tx, 's').set('k', 1)
    })
    await node.commit((tx) => doc(tx, 'theirs').set('n', 1), {}, { id: 'eve', tenant: 'acme' })
    const lengths = { kind: 1, id: 1, root: 2, tenant: 1, all: 4 }
    for (const name of ['kind', 'id', 'root', 'tenant', 'all'] as const) await watchers[name].seen(lengths[name])
    await world.clock.rest()
    const kinds = (watcher: Watcher): string[] => watcher.changes.map(({ entity }) => `${entity.kind} ${entity.id}`)
    expect(kinds(watchers.kind)).toEqual(['note n'])
    expect(kinds(watchers.id)).toEqual(['doc a'])
    expect(kinds(watchers.root)).toEqual(['note n', 'session s'])
    expect(kinds(watchers.tenant)).toEqual(['doc theirs'])
  })

  test('R53 an entity that is made again in another tree is told as of that tree', async () => {
    const make = (root: string): Promise<unknown> => node.commit((tx) => tx.entity('note', 'n').describe({ root }))
    const watcher = await Watcher.open(node)
    await make('one')
    await node.commit((tx) => tx.entity('note', 'n').destroy())
    await make('two')
    expect((await watcher.seen(3)).map(({ root }) => root).at(-1)).toBe('two')
  })

  test('R54 a watch goes on behind any cursor, also after a restart, and tells nothing twice', async () => {
    const watcher = await Watcher.open(node)
    for (let i = 0; i < 4; i++) await node.add('a')
    await node.commit((tx) => {
      for (const id of ['x', 'y', 'z']) increment(doc(tx, id))
    })
    const changes = await watcher.seen(7)
    await node.close()
    const next = await world.open()
    for (const [i, { cursor }] of changes.entries()) {
      const again = new Watcher(next, { after: cursor })
      expect(ids(await again.seen(6 - i))).toEqual(ids(changes.slice(i + 1)))
      await again.stop()
    }
    const latest = new Watcher(next, { after: await next.feed.cursor() })
    await next.add('b')
    expect(ids(await latest.seen(1))).toEqual(['b1'])
  })

  test('R55 a cursor that is none, or of another store, is refused; so is one behind which records were swept', async () => {
    const foreign = Buffer.from('somewhere:5').toString('base64url')
    for (const after of ['', 'nonsense', foreign])
      expect(await new Watcher(node, { after }).ended).toMatchObject({ code: 'invalid' })
    const watcher = await Watcher.open(node)
    for (let i = 0; i < 6; i++) await node.add('a')
    const [first] = await watcher.seen(6)
    await watcher.stop()
    await world.clock.turn(60 * DAY)
    await node.close()
    const next = await world.open({ retention: { revisions: 2 } })
    await next.sweeper.sweep()
    expect(await new Watcher(next, { after: first?.cursor ?? '' }).ended).toMatchObject({ code: 'not_found' })
  })

  test('R55 a reader so slow that records are swept before he asks for them is told so', async () => {
    await node.close()
    const keen = await world.open({ retention: { revisions: 2, history: 0 } })
    const changes = keen.feed.watch('default')
    await rest()
    for (let i = 0; i < 6; i++) await keen.add('a')
    expect((await changes.next()).value).toMatchObject({ revision: 1 })
    for (let i = 0; i < 300; i++) await keen.add('a')
    await world.clock.turn(1)
    await keen.sweeper.sweep()
    const reading = (async () => {
      for await (const _ of changes);
    })()
    await expect(reading).rejects.toMatchObject({ code: 'not_found' })
  })

  test('R56 a watch ends when its signal is aborted, when its reader leaves, and when the store closes', async () => {
    const abort = new AbortController()
    const watchers = [await Watcher.open(node, { signal: abort.signal }), await Watcher.open(node), await Watcher.open(node)]
    await rest()
    abort.abort()
    expect(await watchers[0]?.ended).toBeUndefined()
    await watchers[1]?.stop()
    expect(await watchers[1]?.ended).toBeUndefined()
    await node.close()
    expect(await watchers[2]?.ended).toBeUndefined()
    await world.clock.turn(60_000)
    expect(world.clock.pending).toBe(0)
  })

  test('R56 a long watch leaves nothing behind on its signal', async () => {
    const warnings: string[] = []
    const note = ({ name }: Error): void => void warnings.push(name)
    process.on('warning', note)
    const abort = new AbortController()
    const watcher = await Watcher.open(node, { signal: abort.signal })
    for (let i = 0; i < 50; i++) await node.add('a')
    await watcher.seen(50)
    await rest()
    process.off('warning', note)
    expect(warnings).toEqual([])
    abort.abort()
    await watcher.ended
  })

  test('R56 looking for others is tried again after it failed, and ends with the last watcher', async () => {
    const { engine } = node.store
    const { heads } = engine
    const watcher = await Watcher.open(node)
    await rest()
    const broken = engine as { heads: typeof heads }
    broken.heads = () => {
      throw new Error('no disk')
    }
    await world.clock.turn(120)
    broken.heads = heads
    expect(node.log.lines.join()).toContain('no disk')
    await world.bump('a')
    await world.clock.turn(60)
    expect(ids(await watcher.seen(1))).toEqual(['a1'])
    await watcher.stop()
    await world.clock.turn(60)
    expect(world.clock.pending).toBe(0)
  })
})

describe.each(sharedEngineNames)('watching from another process on %s', (name) => {
  test('R57 the commits of other processes are told too, without a hint', async () => {
    const world = new World(name)
    const [one, two] = [await world.open(), await world.open()]
    const watcher = await Watcher.open(one)
    await rest()
    await two.add('a')
    await two.add('a')
    await world.clock.turn(60)
    await one.add('a')
    expect(ids(await watcher.seen(3))).toEqual(['a1', 'a2', 'a3'])
    await world.close()
  })
})
