import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { HoldfastError } from '../core/index.ts'
import { patience, runs } from '../core/runs.testing.ts'
import { engineNames, removeTemporaryFiles, sharedEngineNames } from '../store/engines.testing.ts'
import { type Faults, faulty, seeded } from './faulty-engine.testing.ts'
import type { Change, EffectHandlers, Tx } from './index.ts'
import { rest, until } from './virtual-clock.testing.ts'
import { doc, increment, type Node, ref, World } from './world.testing.ts'

afterAll(removeTemporaryFiles)

const IDS = ['a', 'b', 'c', 'd'] as const
const TOTAL = 100 * IDS.length

const step = fc.record({
  node: fc.nat(1),
  what: fc.constantFrom('append', 'append', 'move', 'look', 'read', 'remake', 'pause'),
  from: fc.constantFrom(...IDS),
  to: fc.constantFrom(...IDS),
  key: fc.boolean(),
})

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

/** What became of a step that changed something. */
interface Outcome {
  readonly name: string
  readonly node: number
  readonly id: string
  /** How long the list was with it; undefined when it failed. */
  readonly place: number | undefined
  /** True when it was submitted more than once. */
  readonly again: boolean
}

/** Runs steps at once and judges what came of them against what one after the other could have come to. */
class Trial {
  readonly outcomes: Outcome[] = []
  readonly #nodes: readonly Node[]
  readonly #reads: { readonly id: string; readonly list: readonly string[] }[] = []
  #steps = 0

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes
  }

  async begin(): Promise<void> {
    await retried(() =>
      this.#node(0).commit((tx) => {
        for (const id of IDS) {
          doc(tx, id).set('list', [])
          doc(tx, id).set('money', 100)
        }
      }),
    )
  }

  async run(steps: readonly Step[]): Promise<void> {
    const all: Promise<void>[] = []
    for (const each of steps) {
      if (each.what === 'pause') await rest(1)
      else all.push(this.#take(each))
    }
    await Promise.all(all)
  }

  async #take({ node: n, what, from, to, key }: Step): Promise<void> {
    const node = this.#node(n)
    if (what === 'append') return this.#append(node, n, from, key)
    if (what === 'move') return void (await retried(() => node.commit((tx) => move(tx, from, to))))
    if (what === 'look') return expect(await retried(() => node.commit(sum))).toBe(TOTAL)
    if (what === 'remake') return void (await retried(() => node.commit((tx) => remake(tx, from))))
    this.#reads.push({ id: from, list: (await retried(() => node.read(from, 'list'))) as string[] })
  }

  async #append(node: Node, n: number, id: string, keyed: boolean): Promise<void> {
    const name = `${++this.#steps}`
    let times = 0
    const once = (): Promise<number> => {
      times++
      return node.commit((tx) => append(tx, id, name), keyed ? { key: name } : {})
    }
    const place = await (keyed ? retried(once) : once().catch(unstored))
    this.outcomes.push({ name, node: n, id, place, again: times > 1 })
  }

  async judge(): Promise<void> {
    // Others' commits are looked for once in a turn of the event loop.
    await rest(1)
    for (const node of this.#nodes) {
      expect(node.runtime.pending).toBe(0)
      expect(await retried(() => node.commit(sum))).toBe(TOTAL)
    }
    for (const id of IDS) {
      const list = (await retried(() => this.#node(0).read(id, 'list'))) as string[]
      expect(await retried(() => this.#node(this.#nodes.length - 1).read(id, 'list'))).toEqual(list)
      const here = this.outcomes.filter((outcome) => outcome.id === id)
      const stored = here.filter(({ place }) => place !== undefined)
      // Each that was acknowledged is there once, at the place it was told; the others are not.
      expect(list.toSorted()).toEqual(stored.map(({ name }) => name).toSorted())
      for (const { name, place } of stored) expect(list.indexOf(name) + 1).toBe(place)
      for (const { id: of, list: seen } of this.#reads) if (of === id) expect(seen).toEqual(list.slice(0, seen.length))
    }
    for (const node of this.#nodes) await sameAsStored(node)
  }

  /** Those of one process on one entity stand in the order they were submitted. */
  judgeOrder(): void {
    for (const id of IDS) {
      for (const [n] of this.#nodes.entries()) {
        const isOwn = (outcome: Outcome): boolean => outcome.id === id && outcome.node === n && outcome.place !== undefined
        const own = this.outcomes.filter((outcome) => isOwn(outcome) && !outcome.again)
        const submitted = own.toSorted((a, b) => Number(a.name) - Number(b.name)).map(({ place }) => Number(place))
        expect(submitted).toEqual(submitted.toSorted((a, b) => a - b))
      }
    }
  }

  #node(n: number): Node {
    return this.#nodes[n % this.#nodes.length] as Node
  }
}

function append(tx: Tx, id: string, name: string): number {
  const entity = doc(tx, id)
  const list = [...(entity.get('list') as string[]), name]
  entity.set('list', list)
  return list.length
}

function move(tx: Tx, from: string, to: string): void {
  increment(doc(tx, to), 'money')
  doc(tx, from).set('money', Number(doc(tx, from).get('money')) - 1)
}

function sum(tx: Tx): number {
  return IDS.reduce((total, id) => total + Number(doc(tx, id).get('money')), 0)
}

/** Deletes an entity or makes it again, with what it had. */
function remake(tx: Tx, id: string): void {
  const entity = doc(tx, `${id} now and then`)
  if (entity.exists) entity.destroy()
  else entity.set('had', Number(entity.get('had') ?? 0) + 1)
  expect(entity.get('had') ?? 1).toBe(1)
}

/** Again and again, as somebody would who gets `unavailable`. */
async function retried<Value>(work: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!HoldfastError.is(error, 'unavailable')) throw error
    }
  }
}

function unstored(error: unknown): undefined {
  if (!HoldfastError.is(error, 'unavailable')) throw error
}

/** The cache holds what the engine does, and nothing is on its way. */
async function sameAsStored(node: Node): Promise<void> {
  for (const id of IDS) {
    await retried(() => node.read(id, 'money'))
    const state = node.store.state(ref(id))
    expect([state.pending, state.pins, [...state.keysAhead()].length, state.aheadDeleted]).toEqual([0, 0, 0, false])
    if (state.row === undefined) continue
    expect(state.row).toEqual(await node.store.engine.entity(ref(id)))
    for (const [key, entry] of state.entries)
      expect(entry?.seq).toBe((await node.store.engine.entry(state.row?.num ?? 0, key))?.seq)
  }
}

describe.each(sharedEngineNames)('two processes on one store of %s', { timeout: patience }, (name) => {
  test('R65 whatever they do at once could have been done one after the other, however small their caches', async () => {
    const caches = fc.constantFrom(0, 3000, 1_000_000)
    const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), caches, caches, async (steps, one, two) => {
      const world = new World(name)
      try {
        const trial = new Trial([await world.open({ cacheBytes: one }), await world.open({ cacheBytes: two })])
        await trial.begin()
        await trial.run(steps)
        await trial.judge()
        trial.judgeOrder()
      } finally {
        await world.close()
      }
    })
    await fc.assert(property, runs(name === 'postgres' ? 10 : 60))
  })
})

describe.each(engineNames)('with an engine that fails, on %s', { timeout: patience }, (name) => {
  const faults = fc.record({
    refuse: fc.constantFrom(0, 0.1, 0.3),
    foreign: fc.constantFrom(0, 0.2, 0.5),
    delay: fc.constantFrom(0, 0.3, 0.8),
  })

  /** A commit on a random entity, unknown to the process. */
  const interference = (world: World, random: () => number) => (): Promise<void> =>
    world.bump(IDS[Math.floor(random() * IDS.length)] ?? 'a')

  async function open(world: World, seed: number, kinds: Faults, effects: EffectHandlers = {}): Promise<Node> {
    const random = seeded(seed)
    const between = (engine: Node['store']['engine']) => faulty(engine, random, kinds, interference(world, random))
    return world.open({ between, effects, cacheBytes: seed % 3 === 0 ? 0 : 1_000_000 })
  }

  test('R66 nothing acknowledged is lost or doubled, nothing else shows, and watchers see all of it once', async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(), faults, async (steps, seed, kinds) => {
      const world = new World(name)
      try {
        const node = await open(world, seed, kinds)
        const trial = new Trial([node])
        await trial.begin()
        const watched: Change[] = []
        const changes = node.feed.watch('default')
        const start = await retried(async () => (await node.store.engine.heads())[0]?.seq ?? 0)
        const watching = (async () => {
          for await (const change of changes) watched.push(change)
        })()
        await trial.run(steps)
        await trial.judge()
        trial.judgeOrder()
        const log = await node.store.engine.log({ partition: 0, after: start, limit: 1000 })
        await until('the watcher to see all', async () => {
          await world.clock.turn(60)
          return watched.length >= log.length
        })
        expect(watched.map(({ seq }) => seq)).toEqual(log.map(({ seq }) => seq))
        await changes.return(undefined)
        await watching
      } finally {
        await world.close()
      }
    })
    await fc.assert(property, runs(name === 'postgres' ? 10 : 60))
  })

  test('R66 each effect is recorded once, whatever fails on the way', async () => {
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.nat(), faults, async (count, seed, kinds) => {
      const world = new World(name)
      const random = seeded(seed + 1)
      const mail: EffectHandlers[string] = {
        retry: { attempts: 50, backoff: 10, maxBackoff: 50 },
        async run() {
          if (random() < 0.3) throw new Error('line is busy')
          await rest(Math.floor(random() * 3))
          return 'sent'
        },
        done: (_, entity, { id, ok }) => void (ok && increment(entity, id)),
      }
      try {
        const node = await open(world, seed, kinds, { mail })
        const send = (i: number) =>
          retried(() => node.commit((tx) => doc(tx, IDS[i % 4] ?? 'a').effect('mail', i), { key: `${i}` }))
        const ids = await Promise.all(Array.from({ length: count }, (_, i) => send(i)))
        await until('all to be sent', async () => {
          await world.clock.turn(5000)
          const settled = await node.store.engine.outbox({ state: 'settled', limit: 100 })
          return settled.length === count && node.runtime.pending === 0
        })
        for (const [i, id] of ids.entries()) expect(await retried(() => node.read(IDS[i % 4] ?? 'a', id))).toBe(1)
      } finally {
        await world.close()
      }
    })
    await fc.assert(property, runs(name === 'postgres' ? 5 : 20))
  })
})
