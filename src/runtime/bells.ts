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
    const bell = new Bell(() => {
      bells.delete(bell)
      if (bells.size === 0) this.#bells.delete(name)
      if (this.#bells.size === 0) this.#stopPoll?.()
    })
    if (this.#isClosed) bell.mute()
    else if (this.#bells.size === 0) this.#begin()
    if (!this.#isClosed) this.#bells.set(name, bells.add(bell))
    return bell
  }

  /** Rings for what this process has committed. */
  committed(decisions: readonly Decision[]): void {
    if (this.#bells.size === 0) return
    for (const { outcome } of decisions) {
      if (outcome?.do !== 'commit') continue
      for (const { state } of outcome.parts) for (const bell of this.#bells.get(state.name) ?? []) bell.ring()
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
    this.#stopPoll = this.#clock.after(POLL_MS, () => void this.#look(), true)
  }

  async #look(): Promise<void> {
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
  readonly #takeDown: () => void
  #isRung = false
  #isMuted = false
  #waiting: (() => void) | undefined

  constructor(takeDown: () => void) {
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

  /** @internal */
  ring(): void {
    this.#isRung = true
    this.#waiting?.()
    this.#waiting = undefined
  }

  /** Takes it down: it rings no more, and who waits is told. */
  mute(): void {
    this.#isMuted = true
    this.ring()
    this.#takeDown()
  }
}
