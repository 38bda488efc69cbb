import type { Chance } from './chance.ts'
import type { World } from './world.ts'

const MINUTE = 60_000
/** No clock is ahead of the others by more. */
const MOST_AHEAD = 60 * MINUTE

/** What befalls processes: death, an orderly end, a while without the engine, a clock that is set. */
export class Mishaps {
  crashes = 0
  readonly #world: World
  readonly #chance: Chance

  constructor(world: World, chance: Chance) {
    this.#world = world
    this.#chance = chance
  }

  /** One of them, to one of the processes that are up. */
  async strike(): Promise<void> {
    const { network, scheduler } = this.#world
    const node = this.#chance.pick(this.#world.up)
    if (node === undefined) return
    const what = this.#chance.weighted({ crash: 4, stop: 2, cut: 3, clock: 2 })
    scheduler.trace.add('mishap', what, node.place.name)
    if (what === 'crash') {
      this.crashes++
      this.#world.crash(node)
      await this.#reopen(node.index)
    } else if (what === 'stop') {
      // What it still has to finish goes on while nobody reaches it any more.
      void this.#world.stop(node)
      await this.#reopen(node.index)
    } else if (what === 'cut') {
      network.cut.add(node.place)
      scheduler.after(this.#world.outside, this.#duration(), () => network.cut.delete(node.place))
    } else {
      node.place.skew = this.#chance.below(MOST_AHEAD) - 10 * MINUTE
    }
  }

  /** Everything works again, and it is later than any clock has shown: what was promised by a wrong one is due soon. */
  async end(): Promise<void> {
    const { nodes, network, scheduler, shape } = this.#world
    network.cut.clear()
    scheduler.isHurried = false
    this.#world.skew = MOST_AHEAD
    for (const { place } of this.#world.up) place.skew = MOST_AHEAD
    for (let index = 0; index < shape.nodes; index++) if (nodes[index] === undefined) await this.#world.open(index)
  }

  async #reopen(index: number): Promise<void> {
    await this.#world.pause(this.#duration())
    await this.#world.open(index)
  }

  /** Often less than a lease, sometimes more. */
  #duration(): number {
    return this.#chance.below(this.#chance.pick([10, 1000, 20_000]))
  }
}
