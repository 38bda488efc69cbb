import { type Clock, HoldfastError, systemClock } from '../core/index.ts'
import type { Engine } from '../store/index.ts'
import { beginning, endsOf } from './beginning.ts'
import { catchUp, copyBulk } from './catch-up.ts'
import { headsOf } from './log-copy.ts'
import type { Passage } from './passage.ts'
import { Proof, type Proven } from './proof.ts'
import { copyIdempotency, copyOutbox } from './row-copy.ts'
import { Unproved } from './unproved.ts'

/** How an engine's store is moved. */
export interface EngineMoveOptions {
  /** The state hash of a store, or null where it cannot be told; equal ones are part of the proof. */
  readonly hash?: ((engine: Engine) => Promise<string | null>) | undefined
  /** Looks at every segment on its way. @throws corrupt for one that is damaged */
  readonly check?: ((segment: Uint8Array) => void) | undefined
  readonly onProgress?: ((text: string) => void) | undefined
  /** Stops it; the next move goes on from there. */
  readonly signal?: AbortSignal | undefined
  readonly clock?: Clock | undefined
}

/** What a move did. */
export interface MoveReport extends Proven {
  /** Rounds of catching up, the last one, behind the stop, included. */
  readonly rounds: number
  /** How long nobody could write, in milliseconds; null where a move before this one had stopped the source for good. */
  readonly stoppedMs: number | null
  /** The state hash of both stores; null where none was asked for. */
  readonly hash: string | null
}

/** The source is stopped once a round has found no more records than this... */
const FEW = 200
/** ...or after so many rounds: some writers are never outrun. */
const MOST_ROUNDS = 12

/**
 * Moves everything a store holds, history included, into an empty one, while it is in use; then stops it and leaves it stopped. Whatever
 * ends it before that leaves the source in use and the target to be gone on with.
 * @throws conflict when the target is in use or belongs to another move; corrupt (`Unproved`) when the source is damaged or the
 * target turns out not to be the same; cancelled
 */
export async function moveEngine(from: Engine, to: Engine, options: EngineMoveOptions = {}): Promise<MoveReport> {
  const { source, target } = endsOf(from, to)
  const passage = await beginning(source, target, options.check)
  const move = new Move(passage, options)
  const hold = await source.transfer.hold()
  return hold?.stage === 'moved' ? move.handOver() : move.run()
}

class Move {
  readonly #passage: Passage
  readonly #options: EngineMoveOptions
  readonly #proof: Proof
  /** Entities that may have changed since they were proved. */
  readonly #changed = new Set<number>()
  #rounds = 0

  constructor(passage: Passage, options: EngineMoveOptions) {
    this.#passage = passage
    this.#options = options
    this.#proof = new Proof(passage)
  }

  get #to(): string {
    return this.#passage.target.transfer.name
  }

  async run(): Promise<MoveReport> {
    await copyBulk(this.#passage, this.#watch)
    await this.#copyRows()
    await this.#outrun()
    await this.#proveMost()
    await this.#outrun()
    return this.#stopped()
  }

  /** What is left to do where the source was stopped for good and the target not opened. */
  async handOver(): Promise<MoveReport> {
    const cut = await headsOf(this.#passage.source.engine)
    await this.#proof.compareAll(cut, (entities) => this.#watch(`comparing: ${entities} entities`))
    await this.#proof.compareRest(cut, [])
    return this.#complete(await this.#hash(), null)
  }

  readonly #watch = (text: string): void => {
    const { signal, onProgress } = this.#options
    if (signal?.aborted) {
      const message = `Stopped before ${this.#to} was complete; the source is in use as before. The same move goes on from here`
      throw new HoldfastError('cancelled', message, {})
    }
    onProgress?.(text)
  }

  /** Rounds of catching up until little is left. */
  async #outrun(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) if ((await this.#catchUp()) <= FEW) return
  }

  async #catchUp(): Promise<number> {
    const { nums, records } = await catchUp(this.#passage, this.#watch)
    for (const num of nums) this.#changed.add(num)
    this.#rounds++
    return records
  }

  async #copyRows(): Promise<void> {
    this.#watch('copying effects, timers and answers')
    await copyOutbox(this.#passage)
    await copyIdempotency(this.#passage)
    await this.#passage.flush()
  }

  /** Proves what has been copied so far, and has the target check itself. */
  async #proveMost(): Promise<void> {
    this.#changed.clear()
    await this.#proof.compareAll(this.#passage.journal.done ?? [], (entities) => this.#watch(`comparing: ${entities} entities`))
    for await (const { message, num } of this.#passage.target.engine.verify()) {
      if (num !== undefined && (await this.#hasMovedOn(num))) continue
      throw new Unproved(`${this.#to} is not sound: ${message}. Delete it and move again, and tell us`)
    }
  }

  /** True for an entity that is written to faster than it is copied: it is whole once the source is stopped. */
  async #hasMovedOn(num: number): Promise<boolean> {
    const { source, target, journal } = this.#passage
    const copy = await target.engine.entityByNum(num)
    const row = copy && (await source.engine.entity(copy))
    const done = journal.done ?? []
    return row !== undefined && row.seq > (done[row.num % done.length] ?? 0)
  }

  /** Stops the source, copies and proves the last of it. Until that is done, a failure sets the source free again. */
  async #stopped(): Promise<MoveReport> {
    const { clock = systemClock } = this.#options
    const { transfer } = this.#passage.source
    const hold = { id: this.#passage.journal.hold, to: this.#to }
    const start = clock.now()
    await transfer.setHold({ ...hold, stage: 'stopped' })
    try {
      await this.#catchUp()
      await this.#copyRows()
      await this.#proveRest()
      const hash = await this.#hash()
      await transfer.setHold({ ...hold, stage: 'moved' })
      return await this.#complete(hash, clock.now() - start)
    } catch (error) {
      if ((await transfer.hold())?.stage === 'stopped') await transfer.setHold({ ...hold, stage: 'copying' })
      throw error
    }
  }

  async #proveRest(): Promise<void> {
    this.#watch('comparing the rest')
    await this.#proof.compareRest(this.#passage.journal.done ?? [], this.#changed)
    // Whatever is found different is written anew: a second look finds nothing.
    const differing = (await copyOutbox(this.#passage)) + (await copyIdempotency(this.#passage))
    if (differing > 0)
      throw new Unproved('Effects, timers or answers are not the same in the target. Delete it and move again, and tell us')
  }

  async #hash(): Promise<string | null> {
    const { hash } = this.#options
    if (hash === undefined) return null
    this.#watch('hashing what both stores hold')
    const { source, target } = this.#passage
    const [one, other] = [await hash(source.engine), await hash(target.engine)]
    if (one === other) return one
    throw new Unproved(`The stores hash differently: ${one} and ${other}. Delete the target and move again, and tell us`)
  }

  async #complete(hash: string | null, stoppedMs: number | null): Promise<MoveReport> {
    await this.#passage.target.transfer.complete(this.#passage.source.engine.storeId)
    return { ...this.#proof.result, rounds: this.#rounds, stoppedMs, hash }
  }
}

/** Takes a hold back: the store is used again, where it was. @throws conflict where it has moved for good */
export async function abandonEngine(engine: Engine): Promise<boolean> {
  const { transfer } = engine
  const hold = await transfer?.hold()
  if (transfer === undefined || hold === undefined) return false
  if (hold.stage === 'moved') throw new HoldfastError('conflict', `${transfer.name} has moved to ${hold.to}: open that one`, {})
  await transfer.setHold(null)
  return true
}
