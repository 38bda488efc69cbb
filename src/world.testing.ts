import { afterAll, afterEach, describe } from 'vitest'
import { HoldfastError } from './core/index.ts'
import { Holdfast, type OpenOptions } from './holdfast.ts'
import { until, VirtualClock } from './runtime/virtual-clock.testing.ts'
import { type EngineName, engineNames, freshData, removeTemporaryFiles } from './store/engines.testing.ts'
import { type Engine, Store } from './store/index.ts'

/** Data, a clock in the test's hands, and one process at a time on them. */
export class World {
  readonly clock = new VirtualClock()
  readonly #options: OpenOptions
  readonly #engine: () => Promise<Engine>
  #kill: () => void = () => {}
  #hf: Holdfast | undefined

  constructor(name: EngineName, options: OpenOptions = {}) {
    this.#options = { worker: false, clock: this.clock, logger: { warn() {}, error() {} }, ...options }
    this.#engine = freshData(name)
  }

  /** The process that is at work. */
  get hf(): Holdfast {
    if (this.#hf === undefined) throw new Error('Nobody has opened this world')
    return this.#hf
  }

  /** The first or next process, with other options if given. */
  async open(options: OpenOptions = {}): Promise<Holdfast> {
    const { engine, kill } = mortal(this.clock.traffic.watching(await this.#engine()))
    this.#kill = kill
    const all = { ...this.#options, ...options }
    this.#hf = new Holdfast(new Store(engine, all), all)
    return this.#hf
  }

  /** Ends the process in the middle of whatever it does: nothing it still tries reaches the data. */
  async crash(): Promise<void> {
    this.#kill()
    await this.close()
  }

  /** What runs for ever is given up at once: that takes the clock to tick. */
  async close(): Promise<void> {
    if (this.#hf === undefined) return
    let isClosed = false
    const closing = this.#hf.close({ drainMs: 0 }).then(() => {
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

/** Runs the same tests on every engine, each with worlds of its own. */
export function onEveryEngine(tests: (open: (options?: OpenOptions) => Promise<World>, name: EngineName) => void): void {
  describe.each(engineNames)('%s', (name) => {
    const worlds: World[] = []
    afterEach(async () => {
      for (const world of worlds.splice(0)) await world.close()
    })
    afterAll(removeTemporaryFiles)
    tests(async (options) => {
      const world = new World(name, options)
      worlds.push(world)
      await world.open()
      return world
    }, name)
  })
}

/** All that an asynchronous generator gives. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  return Array.fromAsync(items)
}
