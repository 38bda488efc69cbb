import { HoldfastError } from '../../src/core/index.ts'
import type { Change } from '../../src/runtime/index.ts'
import type { Chance } from './chance.ts'
import type { Node, World } from './world.ts'

/** What somebody was not told because it was swept before: in each partition, records behind `after`, up to `to`. */
export interface Gap {
  readonly after: readonly number[]
  readonly to: readonly number[]
}

/** Somebody who follows the feed: when his process dies, or the feed breaks off, he goes on elsewhere behind the last he was told. */
export class FeedWatch {
  readonly told: Pick<Change, 'seq' | 'commit' | 'entity'>[] = []
  readonly gaps: Gap[] = []
  readonly #world: World
  readonly #chance: Chance
  #cursor: string
  /** In each partition he has been told of, or told to forget, everything up to this. */
  #position: number[]
  #isOver = false

  constructor(world: World, chance: Chance, cursor: string) {
    this.#world = world
    this.#chance = chance
    this.#cursor = cursor
    this.#position = world.ledger.heads.map(() => 0)
  }

  /** True when nothing is left that he could be told. */
  get isThrough(): boolean {
    return this.#world.ledger.heads.every((head, partition) => (this.#position[partition] ?? 0) >= head)
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
      this.#position[this.#world.ledger.partitionOf(entity)] = seq
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
    const to = this.#world.ledger.heads
    this.gaps.push({ after: this.#position, to })
    this.#cursor = found
    this.#position = [...to]
  }
}
