import { afterAll, afterEach, describe } from 'vitest'
import { HoldfastError } from '../core/index.ts'
import { Holdfast, type OpenOptions } from '../holdfast.ts'
import { until, VirtualClock } from '../runtime/virtual-clock.testing.ts'
import { removeTemporaryFiles, temporaryFile } from '../store/engines.testing.ts'
import { createMemoryEngine, createSqliteEngine, type Engine, Store } from '../store/index.ts'

/** Data, a clock in the test's hands, and one process at a time on them. */
export class World {
  readonly clock = new VirtualClock()
  readonly #options: OpenOptions
  readonly #engine: () => Engine
  #kill: () => void = () => {}
  hf: Holdfast

  constructor(name: 'memory' | 'sqlite', options: OpenOptions) {
    this.#options = { worker: false, clock: this.clock, logger: { warn() {}, error() {} }, ...options }
    const memory = name === 'memory' ? { ...createMemoryEngine(), close() {} } : undefined
    const file = name === 'sqlite' ? temporaryFile() : ''
    this.#engine = () => (memory === undefined ? createSqliteEngine({ file, durability: 'os' }) : { ...memory })
    this.hf = this.open()
  }

  /** The next process, with other options if given. */
  open(options: OpenOptions = {}): Holdfast {
    const { engine, kill } = mortal(this.#engine())
    this.#kill = kill
    const all = { ...this.#options, ...options }
    this.hf = new Holdfast(new Store(engine, all), all)
    return this.hf
  }

  /** Ends the process in the middle of whatever it does: nothing it still tries reaches the data. */
  async crash(): Promise<void> {
    this.#kill()
    await this.close()
  }

  /** What runs for ever is given up at once: that takes the clock to tick. */
  async close(): Promise<void> {
    let isClosed = false
    const closing = this.hf.close({ drainMs: 0 }).then(() => {
      isClosed = true
    })
    await until('the store to be closed', async () => {
      await this.clock.turn(0)
      return isClosed
    })
    await closing
  }
}

/** An engine that can be cut off from its data. */
function mortal(inner: Engine): { readonly engine: Engine; readonly kill: () => void } {
  let isDead = false
  const engine = new Proxy(inner, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver)
      if (!isDead || typeof value !== 'function' || name === 'close') return value
      return () => {
        throw new HoldfastError('unavailable', 'The process has died', { reason: 'closed' })
      }
    },
  })
  return {
    engine,
    kill: () => {
      isDead = true
    },
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
    tests((options = {}) => {
      const world = new World(name, options)
      worlds.push(world)
      return world
    })
  })
}

/** All that an asynchronous generator gives. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  return Array.fromAsync(items)
}
