import { afterAll, afterEach, describe } from 'vitest'
import { Holdfast, type OpenOptions } from '../holdfast.ts'
import { VirtualClock } from '../runtime/virtual-clock.testing.ts'
import { removeTemporaryFiles, temporaryFile } from '../store/engines.testing.ts'
import { createMemoryEngine, createSqliteEngine, type Engine, Store } from '../store/index.ts'

/** An open store on an engine, with a clock in the test's hands. */
export class World {
  readonly clock = new VirtualClock()
  /** The database file; undefined for engines that have none. */
  readonly file: string | undefined
  readonly #options: OpenOptions
  readonly #engine: Engine | undefined
  hf: Holdfast

  constructor(name: 'memory' | 'sqlite', options: OpenOptions = {}) {
    this.#options = { worker: false, clock: this.clock, durability: 'os', ...options }
    this.file = name === 'sqlite' ? temporaryFile() : undefined
    this.#engine = name === 'memory' ? createMemoryEngine() : undefined
    this.hf = this.another()
  }

  /** One more store on the same data, with nothing in its cache. */
  another(): Holdfast {
    const engine = this.#engine ?? createSqliteEngine({ file: this.file ?? '', durability: 'os' })
    return new Holdfast(new Store(engine, this.#options), this.#options)
  }

  /** Ends the process, as far as the store can tell, and starts the next. */
  async restart(): Promise<void> {
    if (this.#engine === undefined) await this.hf.close()
    this.hf = this.another()
  }

  async close(): Promise<void> {
    await this.hf.close()
  }
}

/** Runs the same tests on every embedded engine, each with worlds of its own. */
export function onEveryEngine(tests: (open: (options?: OpenOptions) => World) => void): void {
  describe.each(['memory', 'sqlite'] as const)('%s', (name) => {
    const worlds: World[] = []
    afterEach(async () => {
      for (const world of worlds.splice(0)) await world.close()
    })
    afterAll(removeTemporaryFiles)
    tests((options) => {
      const world = new World(name, options)
      worlds.push(world)
      return world
    })
  })
}

/** All that an asynchronous generator gives. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}
