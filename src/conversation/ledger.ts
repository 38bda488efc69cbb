import type { EntityTx, Tx } from '../runtime/index.ts'
import { checkOpen } from '../session/index.ts'
import { CONVERSATION_KIND, sessionOf } from './address.ts'
import { grown, moved } from './branching.ts'
import { branchKey, idKey, STATE, turnKey } from './keys.ts'
import { checkLimit } from './limits.ts'
import type { ConversationState, TurnRecord } from './record.ts'
import { Transcript } from './transcript.ts'
import type { CheckedTurn } from './turn-check.ts'

/** A conversation that a decision changes. */
export class Ledger {
  readonly entity: EntityTx
  readonly transcript: Transcript
  readonly #now: number
  #state: ConversationState | undefined

  private constructor(tx: Tx, entity: EntityTx) {
    this.entity = entity
    this.#now = tx.now
    this.transcript = new Transcript(entity.ref.id, entity.tree)
    this.#state = this.transcript.state
  }

  /** @throws conflict when its session is closed or has expired; forbidden */
  static open(tx: Tx, id: string): Ledger {
    checkOpen(tx, sessionOf(id))
    return Ledger.of(tx, id)
  }

  /** The same, whatever has become of its session. @throws forbidden */
  static of(tx: Tx, id: string): Ledger {
    const entity = tx.entity(CONVERSATION_KIND, id)
    entity.allow(entity.exists ? 'write' : 'create')
    return new Ledger(tx, entity)
  }

  /** Undefined before its first turn. */
  get state(): ConversationState | undefined {
    return this.#state
  }

  /** Makes a turn the one that the next one follows; with null that one begins the conversation anew. */
  moveTo(turn: TurnRecord | null): void {
    const state = this.#state
    if (state === undefined) return
    const number = turn?.branch ?? state.branch.number
    if (number !== state.branch.number) this.entity.set(branchKey(state.branch.number), state.branch)
    this.#set(moved(state, turn, this.transcript.branch(number, state)))
  }

  /** Adds a turn behind the head. @throws too_large */
  append({ id, ...turn }: CheckedTurn, status?: TurnRecord['status']): TurnRecord {
    const before = this.#state
    const n = (before?.turns ?? 0) + 1
    checkLimit('turns', n, { path: this.entity.ref.id, remedy: 'go on in another conversation' })
    const place = { n, id: id ?? `turn-${n}` }
    const after = grown(before, place)
    if (before !== undefined && before.branch.number !== after.branch.number)
      this.entity.set(branchKey(before.branch.number), before.branch)
    const record: TurnRecord = {
      ...turn,
      ...place,
      at: this.#now,
      parent: before?.head ? { n: before.head.n, id: before.head.id } : null,
      branch: after.branch.number,
      depth: after.head?.depth ?? 1,
      ...(status !== undefined && { status }),
    }
    if (before === undefined) this.entity.describe({ root: sessionOf(this.entity.ref.id) })
    if (id !== undefined) this.entity.set(idKey(id), n)
    this.entity.set(turnKey(n), record)
    this.#set(after)
    return record
  }

  /** Notes that a turn is being written, or is not any more. @throws too_large */
  streaming(n: number, isWritten: boolean): void {
    if (this.#state === undefined) return
    const others = this.#state.streaming.filter((each) => each !== n)
    const streaming = isWritten ? [...others, n] : others
    checkLimit('streams', streaming.length, { path: this.entity.ref.id, remedy: 'let some of them end' })
    this.#set({ ...this.#state, streaming })
  }

  /** Another form of a turn that is there. */
  rewrite(record: TurnRecord): void {
    this.entity.set(turnKey(record.n), record)
  }

  #set(state: ConversationState): void {
    this.#state = state
    this.entity.set(STATE, state)
  }
}
