import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engineNames, removeTemporaryFiles, sharedEngineNames } from '../store/engines.testing.ts'
import { rest, until } from './virtual-clock.testing.ts'
import { type Node, ref, World } from './world.testing.ts'

afterAll(removeTemporaryFiles)

/** How often a bell has rung, until it is mute. */
class Listener {
  rings = 0
  isMute = false
  readonly #bell: ReturnType<Node['runtime']['bells']['hang']>

  constructor(node: Node, id: string) {
    this.#bell = node.runtime.bells.hang(ref(id))
    void this.#listen()
  }

  mute(): void {
    this.#bell.mute()
  }

  async #listen(): Promise<void> {
    while (await this.#bell.rung()) this.rings++
    this.isMute = true
  }
}

describe.each(engineNames)('bells on %s', (name) => {
  let world: World
  let node: Node

  beforeEach(async () => {
    world = new World(name)
    node = await world.open()
  })
  afterEach(() => world.close())

  test('R72 a bell rings for what is committed of its entity, and for no other', async () => {
    const [one, other] = [new Listener(node, 'a'), new Listener(node, 'b')]
    await node.add('a')
    await rest()
    expect([one.rings, other.rings]).toEqual([1, 0])
    await node.add('b')
    await rest()
    expect([one.rings, other.rings]).toEqual([1, 1])
    one.mute()
    other.mute()
  })

  test('R72 what rings while nobody waits is not lost', async () => {
    const bell = node.runtime.bells.hang(ref('a'))
    await node.add('a')
    await node.add('a')
    expect(await bell.rung()).toBe(true)
    bell.mute()
    expect(await bell.rung()).toBe(false)
  })

  test('R72 a bell that is muted twice takes down no other', async () => {
    const first = node.runtime.bells.hang(ref('a'))
    first.mute()
    const second = new Listener(node, 'a')
    first.mute()
    await node.add('a')
    await rest()
    expect(second.rings).toBe(1)
    second.mute()
  })

  test('R72 nothing is read for a bell, however many hang', async () => {
    const bells = Array.from({ length: 100 }, (_, i) => new Listener(node, `d${i}`))
    let reads = 0
    const { engine } = node.store
    const log = engine.log.bind(engine)
    engine.log = (query) => {
      reads++
      return log(query)
    }
    await Promise.all(bells.map((_, i) => node.add(`d${i}`)))
    await rest()
    expect(bells.map(({ rings }) => rings)).toEqual(bells.map(() => 1))
    expect(reads).toBe(0)
    for (const bell of bells) bell.mute()
  })

  test('R72 a bell that is mute leaves no timer, and closing mutes all', async () => {
    const before = world.clock.pending
    const bells = [new Listener(node, 'a'), new Listener(node, 'a'), new Listener(node, 'b')]
    expect(world.clock.pending).toBe(before + 1)
    for (const bell of bells) bell.mute()
    expect(world.clock.pending).toBe(before)
    const last = new Listener(node, 'a')
    await node.close()
    await rest()
    expect(last.isMute).toBe(true)
  })
})

describe.each(sharedEngineNames)('bells of two processes on %s', (name) => {
  test('R72 what others have committed rings within 50 ms', async () => {
    const world = new World(name)
    try {
      const [here, there] = [await world.open(), await world.open()]
      await here.add('a')
      const bell = new Listener(here, 'a')
      await there.add('a')
      await world.clock.turn(50)
      await until('the bell to ring', () => bell.rings > 0)
      bell.mute()
    } finally {
      await world.close()
    }
  })
})
