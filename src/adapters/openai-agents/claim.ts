import { HoldfastError } from '../../core/index.ts'
import type { Place } from './place.ts'
import { type Hold, RUN_STATE_KIND, SavedRunTx } from './saved-run-tx.ts'

/** The right to resume a saved run, held by this process until it ends it, or is dead for longer than the lease. */
export class Claim {
  readonly hold: Hold
  readonly #place: Place
  readonly #lease: number
  readonly #lost = new AbortController()
  readonly #renewing: NodeJS.Timeout

  private constructor(place: Place, lease: number, hold: Hold) {
    this.hold = hold
    this.#place = place
    this.#lease = lease
    this.#renewing = setInterval(() => void this.#renew(), lease / 3)
    this.#renewing.unref()
  }

  /** @throws conflict when the run is not as it was seen, or somebody resumes it */
  static async take(place: Place, seen: Hold, lease: number): Promise<Claim> {
    const hold = await place.change<Hold>(RUN_STATE_KIND, (entity, now) =>
      new SavedRunTx(entity, place, now).claim(seen, now + lease),
    )
    return new Claim(place, lease, hold)
  }

  /** Aborted when somebody else has the run now. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** Renews it no more. */
  end(): void {
    clearInterval(this.#renewing)
  }

  /** What fails for another reason than that the claim is lost is tried again in time, or ends with the lease. */
  async #renew(): Promise<void> {
    try {
      await this.#place.change<void>(RUN_STATE_KIND, (entity, now) =>
        new SavedRunTx(entity, this.#place, now).renew(this.hold, now + this.#lease),
      )
    } catch (error) {
      if (!HoldfastError.is(error, 'conflict')) return
      this.end()
      this.#lost.abort(error)
    }
  }
}
