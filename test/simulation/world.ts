import { HoldfastError } from '../../src/core/index.ts'
import { Holdfast, type OpenOptions } from '../../src/holdfast.ts'
import type { EffectHandlers, Retention, TimerHandlers } from '../../src/runtime/index.ts'
import { createMemoryEngine, type Engine, Store } from '../../src/store/index.ts'
import { Chance } from './chance.ts'
import { Ledger } from './ledger.ts'
import { Network, type Transport } from './network.ts'
import { orders } from './order-machine.ts'
import type { Plant } from './plants.ts'
import { Place, Scheduler } from './scheduler.ts'

/** One process: the real thing, on an engine that is reached as well as the weather allows. */
export interface Node {
  readonly index: number
  readonly place: Place
  readonly hf: Holdfast
}

/** What the processes of a world are like. */
export interface WorldShape {
  readonly nodes: number
  readonly transport: Transport
  readonly partitions: number
  readonly cacheBytes: number
  readonly retention: Retention
}

/** Data in memory, and the processes that come and go on it. */
export class World {
  readonly scheduler: Scheduler
  readonly network: Network
  readonly ledger: Ledger
  /** Where those live who use the processes. */
  readonly outside = new Place('outside')
  /** By index; undefined while it is down. */
  readonly nodes: (Node | undefined)[] = []
  readonly shape: WorldShape
  /** What the clocks of new processes are ahead of the simulation's. */
  skew = 0
  readonly #chance: Chance
  readonly #engine: Engine
  readonly #planted: ReturnType<Plant>
  #opened = 0

  constructor(seed: number, shape: WorldShape, plant: Plant, report: (violation: string) => void) {
    this.shape = shape
    this.scheduler = new Scheduler(new Chance(seed, 'scheduler'))
    this.network = new Network(this.scheduler, new Chance(seed, 'network'))
    this.ledger = new Ledger(report, shape.partitions)
    this.#chance = new Chance(seed, 'handlers')
    this.#planted = plant({ scheduler: this.scheduler, chance: new Chance(seed, 'plant') })
    // Others commit too, as far as each process can tell.
    const memory = createMemoryEngine({ storeId: 'simulated', partitions: shape.partitions })
    this.#engine = { ...memory, poll: () => memory.heads(), close() {} }
  }

  /** Starts a process in place `index`. It tries until it reaches the engine. */
  async open(index: number, transport = this.shape.transport): Promise<Node> {
    const place = new Place(`node${index}.${++this.#opened}`)
    const { scheduler } = this
    place.skew = this.skew
    const engine = this.network.connect(this.ledger.watching(this.#planted(this.#engine, place)), place, transport)
    for (;;) {
      try {
        const hf = await scheduler.at(place, 'open', async () => {
          const store = new Store(engine, { cacheBytes: this.shape.cacheBytes })
          await store.refresh()
          return new Holdfast(store, this.#options(place))
        })
        const node = { index, place, hf }
        this.nodes[index] = node
        return node
      } catch (error) {
        if (!HoldfastError.is(error, 'unavailable')) throw error
        await this.pause(100)
      }
    }
  }

  /** Ends a process in the middle of whatever it does. */
  crash(node: Node): void {
    node.place.kill()
    this.nodes[node.index] = undefined
    this.network.cut.delete(node.place)
  }

  /** Ends a process as it should be ended; what it has taken, it answers. */
  async stop(node: Node): Promise<void> {
    this.nodes[node.index] = undefined
    await this.scheduler.at(node.place, 'close', () => node.hf.close({ drainMs: 50 }))
    node.place.kill()
  }

  /** Those that are up. */
  get up(): readonly Node[] {
    return this.nodes.filter((node) => node !== undefined)
  }

  /** Resolves after so many milliseconds, at a place or outside of all. */
  pause(ms: number, place = this.outside): Promise<void> {
    return new Promise((resolve) => void this.scheduler.after(place, ms, resolve))
  }

  #options(place: Place): OpenOptions {
    const { scheduler } = this
    const note = (message: string, fields?: object): void => scheduler.trace.add(place.name, message, JSON.stringify(fields))
    return {
      clock: scheduler.clock(place),
      logger: { warn: note, error: note },
      machines: [orders(() => this.#work(place))],
      effects: this.#effects(place),
      timers: alarms,
      retention: this.shape.retention,
    }
  }

  #effects(place: Place): EffectHandlers {
    return {
      mail: {
        retry: { attempts: 1000, backoff: 10, maxBackoff: 1000 },
        run: () => this.#work(place),
        done: (_, entity, { id, ok }) => {
          const key = `${ok ? 'sent' : 'failed'}/${id}`
          entity.set(key, Number(entity.get(key) ?? 0) + 1)
        },
      },
    }
  }

  /** Something outside that takes its time, longer than a lease now and then, and sometimes fails. */
  async #work(place: Place): Promise<void> {
    const takes = this.#chance.weighted({ 0: 4, 20: 4, 2000: 2, 25000: 1 })
    await this.pause(this.#chance.below(Number(takes) + 1), place)
    if (this.#chance.happens(0.2)) throw new Error('The line is busy')
  }
}

/** A timer that rings adds one to the count of its name. */
const alarms: TimerHandlers = {
  alarm: (_, entity, { name }) => {
    const key = `rang/${name}`
    entity.set(key, Number(entity.get(key) ?? 0) + 1)
  },
}
