import type { Clock, Logger } from '../core/index.ts'
import { type EntityRef, refKey, type Store } from '../store/index.ts'
import type { Decision } from './decision.ts'

/** Other processes' commits are looked for this often while somebody waits. */
const POLL_MS = 50

/** Tells who waits for one entity that it may have changed. Nothing is read for it: a feed reads the whole log, once for each watcher. */
export class Bells {
  readonly #store: Store
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #bells = new Map<string, Set<Bell>>()
  /** Up to where what others have done has been rung for. */
  #followed = 0
  /** When what others have done was looked for last. */
  #lookedAt = 0
  #stopPoll: (() => void) | undefined
  #isClosed = false

  constructor({ store, clock, logger }: { readonly store: Store; readonly clock: Clock; readonly logger: Logger }) {
    this.#store = store
    this.#clock = clock
    this.#logger = logger
  }

  /** A bell that rings for what changes from now on; to be muted in the end. */
  hang(ref: EntityRef): Bell {
    const name = refKey(ref)
    const bells = this.#bells.get(name) ?? new Set()
    const bell = new Bell(this.#clock.now(), () => {
      bells.delete(bell)
      if (bells.size === 0) this.#bells.delete(name)
      if (this.#bells.size === 0) this.#stopPoll?.()
    })
    if (this.#isClosed) {
      bell.mute()
      return bell
    }
    const isFirst = this.#bells.size === 0
    this.#bells.set(name, bells.add(bell))
    if (isFirst) this.#begin()
    return bell
  }

  /** Rings for what this process has committed. */
  committed(decisions: readonly Decision[]): void {
    if (this.#bells.size === 0) return
    const now = this.#clock.now()
    for (const { outcome } of decisions) {
      if (outcome?.do !== 'commit') continue
      for (const { state } of outcome.parts) for (const bell of this.#bells.get(state.name) ?? []) bell.ring(now)
    }
  }

  /** Mutes all bells. */
  close(): void {
    this.#isClosed = true
    for (const bell of this.#all()) bell.mute()
  }

  #all(): Bell[] {
    return [...this.#bells.values()].flatMap((bells) => [...bells])
  }

  #begin(): void {
    this.#followed = this.#store.followed
    this.#poll()
  }

  /** Whoever only waits is waiting for others: the process must not end under them. */
  #poll(): void {
    this.#stopPoll?.()
    const due = this.#due()
    const look = (): void => {
      // What was committed here meanwhile says as much as a look would have.
      if (this.#due() > due) this.#poll()
      else void this.#look()
    }
    const wait = Math.min(Math.max(due - this.#clock.now(), 1), POLL_MS)
    this.#stopPoll = this.#clock.after(wait, look, true)
  }

  /** When the entity of some bell has been what is known of it for so long that others may have changed it. */
  #due(): number {
    return Math.max(Math.min(...this.#all().map(({ knownAt }) => knownAt)), this.#lookedAt) + POLL_MS
  }

  async #look(): Promise<void> {
    this.#lookedAt = this.#clock.now()
    try {
      await this.#store.refresh()
    } catch (error) {
      this.#logger.warn('looking for the commits of others failed; trying again', { error: String(error) })
    }
    if (this.#followed !== this.#store.followed) for (const bell of this.#all()) bell.ring()
    this.#followed = this.#store.followed
    if (this.#bells.size > 0 && !this.#isClosed) this.#poll()
  }
}

/** What one waits at. */
export class Bell {
  /** When what is known of the entity was all there was: a commit of this process is refused where somebody else's was missed. */
  knownAt: number
  readonly #takeDown: () => void
  #isRung = false
  #isMuted = false
  #waiting: (() => void) | undefined

  constructor(now: number, takeDown: () => void) {
    this.knownAt = now
    this.#takeDown = takeDown
  }

  /** Resolves when it has rung since this was asked last: to true, or to false once it is mute. */
  async rung(): Promise<boolean> {
    if (!this.#isRung && !this.#isMuted)
      await new Promise<void>((resolve) => {
        this.#waiting = resolve
      })
    this.#isRung = false
    return !this.#isMuted
  }

  /** @internal `now`: when this process has committed what it rings for. */
  ring(now: number = this.knownAt): void {
    this.knownAt = now
    this.#isRung = true
    this.#waiting?.()
    this.#waiting = undefined
  }

  /** Takes it down: it rings no more, and who waits is told. */
  mute(): void {
    if (this.#isMuted) return
    this.#isMuted = true
    this.ring()
    this.#takeDown()
  }
}
