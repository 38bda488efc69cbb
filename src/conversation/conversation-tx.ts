import { equalRich, HoldfastError } from '../core/index.ts'
import type { Tx } from '../runtime/index.ts'
import { type AddArguments, type AddOptions, addition } from './addition.ts'
import { CONVERSATION_KIND, conversationId } from './address.ts'
import { pinKey } from './keys.ts'
import { Ledger } from './ledger.ts'
import { checkLimit } from './limits.ts'
import { type TurnRecord, toTurn } from './record.ts'
import { Transcript } from './transcript.ts'
import { type NewTurn, partsOf, type Turn } from './turn.ts'
import type { CheckedTurn } from './turn-check.ts'

/** A conversation inside a decision. */
export class ConversationTx {
  readonly id: string
  readonly #tx: Tx

  constructor(tx: Tx, session: string, name: string) {
    this.id = conversationId(session, name)
    this.#tx = tx
  }

  /**
   * Adds turns, each behind the one before it; the last one is the new head. One whose id is there already stays as it is.
   * @throws conflict when an id is that of a turn that says something else, or the session is closed; invalid with the path; not_found; too_large
   */
  add(turn: NewTurn, options?: AddOptions): readonly [Turn]
  add(turns: readonly NewTurn[], options?: AddOptions): readonly Turn[]
  add(...turns: readonly NewTurn[]): readonly Turn[]
  add(...given: AddArguments<AddOptions>): readonly Turn[] {
    const { turns, options } = addition(given)
    return this.put(turns, options)
  }

  /** @internal Adds what has been checked. */
  put(turns: readonly CheckedTurn[], { after }: AddOptions): readonly Turn[] {
    const ledger = Ledger.open(this.#tx, this.id)
    let behind = after === undefined || after === null ? after : ledger.transcript.named(after)
    const added: Turn[] = []
    let isNew = false
    for (const turn of turns) {
      let record = known(ledger, turn)
      if (record === undefined) {
        if (behind !== undefined) ledger.moveTo(behind)
        record = ledger.append(turn)
        isNew = true
      }
      if (behind !== undefined) behind = record
      added.push(toTurn(record))
    }
    if (isNew) ledger.entity.event('add', { turns: added.length, first: added[0]?.id, last: added.at(-1)?.id })
    return added
  }

  /** A turn of any branch; undefined where there is none. */
  turn(id: string): Turn | undefined {
    const transcript = this.#transcript
    const n = transcript?.find(id)
    return n === undefined ? undefined : transcript?.shown(transcript.turn(n))
  }

  /** The last turns of the active branch, oldest first. */
  last(count: number): readonly Turn[] {
    if (!Number.isInteger(count) || count < 1 || count > 1000)
      throw new HoldfastError('invalid', `Expected a number of turns from 1 to 1000, got ${count}`, { path: 'count' })
    const transcript = this.#transcript
    const head = transcript?.state?.head
    if (transcript === undefined || !head) return []
    return [...transcript.back(head).take(count)].map((record) => transcript.shown(record)).reverse()
  }

  /** Goes on behind a turn (by its id), or at the end of a branch (by its number). Nothing is lost. @throws not_found; conflict */
  select(to: string | number): void {
    const ledger = Ledger.open(this.#tx, this.id)
    const { state, transcript } = ledger
    if (state === undefined) throw missing(this.id)
    const turn = typeof to === 'number' ? transcript.turn(transcript.branch(to, state).last.n) : transcript.named(to)
    if (state.head?.n === turn.n) return
    ledger.moveTo(turn)
    ledger.entity.event('select', { turn: turn.id, branch: turn.branch })
  }

  /** Keeps a turn in every context while it is on the active branch. @throws not_found; conflict; too_large */
  pin(id: string): void {
    const { entity, transcript } = Ledger.open(this.#tx, this.id)
    const { n } = transcript.named(id)
    const { pins } = transcript
    if (pins.includes(n)) return
    checkLimit('pins', pins.length + 1, { path: this.id, remedy: 'unpin one of them' })
    entity.set(pinKey(n), n)
    entity.event('pin', { turn: id })
  }

  /** @throws not_found; conflict */
  unpin(id: string): void {
    const { entity, transcript } = Ledger.open(this.#tx, this.id)
    const { n } = transcript.named(id)
    if (!transcript.pins.includes(n)) return
    entity.delete(pinKey(n))
    entity.event('unpin', { turn: id })
  }

  get #transcript(): Transcript | undefined {
    const entity = this.#tx.entity(CONVERSATION_KIND, this.id)
    return entity.exists ? new Transcript(this.id, entity.tree) : undefined
  }
}

/** The turn that was added under an id before, if it says the same. @throws conflict */
function known({ transcript, entity }: Ledger, turn: CheckedTurn): TurnRecord | undefined {
  const n = turn.id === undefined ? undefined : transcript.find(turn.id)
  if (n === undefined) return undefined
  const record = transcript.turn(n)
  if (record.status === undefined && equalRich(said(record), said(turn))) return record
  const { id } = entity.ref
  const otherwise = record.status === undefined ? 'says something else' : `is ${record.status}`
  throw new HoldfastError('conflict', `Turn ${turn.id} of conversation ${id} ${otherwise}; take another id`, { entity: id })
}

function said({ role, content, speaker, providerOptions, metadata }: CheckedTurn): unknown {
  return { role, content: partsOf(content), speaker, providerOptions, metadata }
}

/** Nothing has been said yet. */
export function missing(id: string): HoldfastError<'not_found'> {
  return new HoldfastError('not_found', `There is no conversation ${id} yet; add a turn to it`, { entity: id })
}
