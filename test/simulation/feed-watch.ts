import { HoldfastError } from '../../src/core/index.ts'
import type { Change } from '../../src/runtime/index.ts'
import type { Chance } from './chance.ts'
import type { Node, World } from './world.ts'

/** What somebody was not told because it was swept before: records behind `after`, up to `to`. */
export interface Gap {
  readonly after: number
  readonly to: number
}

/** Somebody who follows the feed: when his process dies, or the feed breaks off, he goes on elsewhere behind the last he was told. */
export class FeedWatch {
  readonly told: Pick<Change, 'seq' | 'commit' | 'entity'>[] = []
  readonly gaps: Gap[] = []
  readonly #world: World
  readonly #chance: Chance
  #cursor: string
  /** He has been told of, or told to forget, everything up to this. */
  #seq = 0
  #isOver = false

  constructor(world: World, chance: Chance, cursor: string) {
    this.#world = world
    this.#chance = chance
    this.#cursor = cursor
  }

  get seq(): number {
    return this.#seq
  }

  async run(): Promise<void> {
    while (!this.#isOver) {
      const node = this.#chance.pick(this.#world.up)
      try {
        if (node !== undefined) await this.#follow(node)
      } catch (error) {
        if (HoldfastError.is(error, 'not_found') && node !== undefined) await this.#skip(node)
        else if (!HoldfastError.is(error, 'unavailable')) throw error
      }
      await this.#world.pause(50)
    }
  }

  end(): void {
    this.#isOver = true
  }

  async #follow({ place, hf }: Node): Promise<void> {
    const watch = this.#world.scheduler.at(place, 'watch', () => hf.watch({ after: this.#cursor }))
    const changes = await Promise.race([watch, place.death])
    if (changes === undefined) return
    while (!this.#isOver) {
      const next = await Promise.race([changes.next(), place.death])
      if (next === undefined || next.done) return
      const { seq, commit, entity, cursor } = next.value
      this.told.push({ seq, commit, entity })
      this.#cursor = cursor
      this.#seq = seq
      // Now and then he looks elsewhere.
      if (this.#chance.happens(0.02)) break
    }
    await Promise.race([changes.return(undefined), place.death])
  }

  /** What he was to be told next has been swept: he goes on from now. */
  async #skip({ place, hf }: Node): Promise<void> {
    const cursor = this.#world.scheduler.at(place, 'cursor', () => hf.feed.cursor()).catch(() => undefined)
    const found = await Promise.race([cursor, place.death])
    if (found === undefined) return
    const gap = { after: this.#seq, to: this.#world.ledger.records.length }
    this.gaps.push(gap)
    this.#cursor = found
    this.#seq = gap.to
  }
}
