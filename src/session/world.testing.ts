import { afterAll, afterEach, describe } from 'vitest'
import { Holdfast, type OpenOptions } from '../holdfast.ts'
import { VirtualClock } from '../runtime/virtual-clock.testing.ts'
import { type EngineName, engineNames, freshData, removeTemporaryFiles } from '../store/engines.testing.ts'
import { type Engine, Store } from '../store/index.ts'

/** An open store on an engine, with a clock in the test's hands. */
export class World {
  readonly clock = new VirtualClock()
  readonly #options: OpenOptions
  readonly #engine: () => Promise<Engine>
  #hf: Holdfast | undefined

  private constructor(name: EngineName, options: OpenOptions) {
    this.#options = { worker: false, clock: this.clock, ...options }
    this.#engine = freshData(name)
  }

  static async open(name: EngineName, options: OpenOptions = {}): Promise<World> {
    const world = new World(name, options)
    world.#hf = await world.another()
    return world
  }

  get hf(): Holdfast {
    if (this.#hf === undefined) throw new Error('This world was not opened')
    return this.#hf
  }

  /** One more store on the same data, with nothing in its cache. */
  async another(): Promise<Holdfast> {
    const engine = this.clock.traffic.watching(await this.#engine())
    return new Holdfast(new Store(engine, this.#options), this.#options)
  }

  /** Ends the process, as far as the store can tell, and starts the next. */
  async restart(): Promise<void> {
    await this.hf.close()
    this.#hf = await this.another()
  }

  async close(): Promise<void> {
    await this.hf.close()
  }
}

/** Runs the same tests on every engine, each with worlds of its own. */
export function onEveryEngine(tests: (open: (options?: OpenOptions) => Promise<World>, name: EngineName) => void): void {
  describe.each(engineNames)('%s', (name) => {
    const worlds: World[] = []
    afterEach(async () => {
      for (const world of worlds.splice(0)) await world.close()
    })
    afterAll(removeTemporaryFiles)
    tests(async (options) => {
      const world = await World.open(name, options)
      worlds.push(world)
      return world
    }, name)
  })
}

/** All that an asynchronous generator gives. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}
