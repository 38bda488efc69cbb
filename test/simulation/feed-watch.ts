import { HoldfastError } from '../../src/core/index.ts'
import type { Change } from '../../src/runtime/index.ts'
import type { Chance } from './chance.ts'
import type { World } from './world.ts'

/** Somebody who follows the feed: when his process dies, or the feed breaks off, he goes on elsewhere behind the last he was told. */
export class FeedWatch {
  readonly told: Pick<Change, 'seq' | 'commit' | 'entity'>[] = []
  readonly #world: World
  readonly #chance: Chance
  #cursor: string
  #isOver = false

  constructor(world: World, chance: Chance, cursor: string) {
    this.#world = world
    this.#chance = chance
    this.#cursor = cursor
  }

  async run(): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#follow()
      } catch (error) {
        if (!HoldfastError.is(error, 'unavailable')) throw error
      }
      await this.#world.pause(50)
    }
  }

  end(): void {
    this.#isOver = true
  }

  async #follow(): Promise<void> {
    const node = this.#chance.pick(this.#world.up)
    if (node === undefined) return
    const { place, hf } = node
    const changes = await Promise.race([
      this.#world.scheduler.at(place, 'watch', () => hf.watch({ after: this.#cursor })),
      place.death,
    ])
    if (changes === undefined) return
    while (!this.#isOver) {
      const next = await Promise.race([changes.next(), place.death])
      if (next === undefined || next.done) return
      const { seq, commit, entity, cursor } = next.value
      this.told.push({ seq, commit, entity })
      this.#cursor = cursor
      // Now and then he looks elsewhere.
      if (this.#chance.happens(0.02)) break
    }
    await Promise.race([changes.return(undefined), place.death])
  }
}
