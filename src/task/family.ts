import type { EntityTx } from '../runtime/index.ts'
import { flat } from './address.ts'

/** The runs that one has started end with it: `child/<run>`. */
const CHILDREN = 'child/'
/** Who waits for its end: `follower/<run>/<step>`. */
const FOLLOWERS = 'follower/'

/** A step of a run that waits for another run. */
export interface Follower {
  readonly run: string
  readonly step: string
}

/** The runs a run has started, and those that wait for it, inside a decision. */
export class Family {
  readonly #entity: EntityTx

  constructor(entity: EntityTx) {
    this.#entity = entity
  }

  adopt(run: string): void {
    this.#entity.set(CHILDREN + flat(run), run)
  }

  get children(): readonly string[] {
    return [...this.#entity.scan(CHILDREN)].map(([, run]) => run as string)
  }

  follow(follower: Follower): void {
    this.#entity.set(`${FOLLOWERS}${flat(follower.run)}/${flat(follower.step)}`, follower)
  }

  /** Those who wait; they are forgotten with this. */
  takeFollowers(): readonly Follower[] {
    return [...this.#entity.scan(FOLLOWERS)].map(([key, follower]) => {
      this.#entity.delete(key)
      return follower as Follower
    })
  }
}
