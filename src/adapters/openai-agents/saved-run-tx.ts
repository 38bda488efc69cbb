import { HoldfastError } from '../../core/index.ts'
import type { EntityTx } from '../../runtime/index.ts'
import type { Place } from './place.ts'

/** The kind of the entities that interrupted runs are kept in. */
export const RUN_STATE_KIND = 'openai-run-state'

const TEXT = 'state'
const STAND = 'stand'

/** What somebody knows of a saved run, and may therefore do with it. */
export interface Hold {
  /** Which saving or claim of this conversation it is of; each has a higher one. */
  readonly version: number
  /** True for who resumes the run. */
  readonly isClaim: boolean
}

/** How a saved run stands. */
interface Stand {
  readonly version: number
  /** Until when somebody resumes it, in milliseconds since the epoch; null when nobody does. */
  readonly until: number | null
}

/** The interrupted run of a conversation inside a decision. There is at most one. */
export class SavedRunTx {
  readonly #entity: EntityTx
  readonly #place: Place
  readonly #now: number

  constructor(entity: EntityTx, place: Place, now: number) {
    this.#entity = entity
    this.#place = place
    this.#now = now
  }

  /** The run as text, and the hold of who reads it; undefined when there is none. */
  get saved(): { readonly text: string; readonly hold: Hold } | undefined {
    const stand = this.#stand
    return stand && { text: this.#entity.get(TEXT) as string, hold: { version: stand.version, isClaim: false } }
  }

  /** @throws conflict when the run does not stand as `hold` knows it, or one is there that is not known */
  save(text: string, hold: Hold | undefined): Hold {
    this.#check(hold)
    this.#place.settle(this.#entity)
    this.#entity.set(TEXT, text)
    this.#entity.event('save')
    return this.#becomes(null, false)
  }

  /** Lets nobody else resume it until then. @throws conflict when it is not as `hold` knows it, or somebody resumes it */
  claim(hold: Hold, until: number): Hold {
    this.#check(hold)
    this.#entity.event('claim')
    return this.#becomes(until, true)
  }

  /** Goes on only if the claim stands, and saves how far the run has come, if that is given. @throws conflict when the claim has been lost */
  keep(claim: Hold, text: string | undefined): void {
    this.#check(claim)
    if (text !== undefined) this.#entity.set(TEXT, text)
  }

  /** @throws conflict when the claim has been lost */
  renew(claim: Hold, until: number): void {
    this.#check(claim)
    this.#entity.set(STAND, { version: claim.version, until } satisfies Stand)
  }

  /** Forgets it: as `hold` knows it, or however it stands. @throws conflict */
  clear(hold?: Hold): void {
    if (hold !== undefined) this.#check(hold)
    if (this.#entity.exists) this.#entity.destroy()
  }

  get #stand(): Stand | undefined {
    return this.#entity.exists ? (this.#entity.get(STAND) as Stand) : undefined
  }

  /** Revisions count on when the entity is deleted: no version comes twice. */
  #becomes(until: number | null, isClaim: boolean): Hold {
    const version = this.#entity.revision + 1
    this.#entity.set(STAND, { version, until } satisfies Stand)
    return { version, isClaim }
  }

  #check(hold: Hold | undefined): void {
    const stand = this.#stand
    const why = problem(stand, hold, this.#now)
    if (why === undefined) return
    const { id } = this.#place
    throw new HoldfastError('conflict', `The run of conversation ${id} ${why}`, {
      entity: id,
      ...(hold !== undefined && { expected: hold.version }),
      ...(stand !== undefined && { current: stand.version }),
    })
  }
}

/** Why a run that stands so cannot be changed by who holds that. */
function problem(stand: Stand | undefined, hold: Hold | undefined, now: number): string | undefined {
  if (stand === undefined) return hold && 'was finished or cleared by somebody else meanwhile; there is nothing left to resume'
  if (hold === undefined) return 'waits to be resumed; resume or clear it before another one is saved'
  if (stand.version !== hold.version) return 'was saved or resumed by somebody else meanwhile; load it again'
  if (hold.isClaim || stand.until === null || stand.until <= now) return undefined
  return `is being resumed by somebody else, until ${new Date(stand.until).toISOString()} at least; load it again then`
}
