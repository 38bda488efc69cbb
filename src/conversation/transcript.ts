import { HoldfastError } from '../core/index.ts'
import { decodeNode, type LoadingSource } from '../store/index.ts'
import { BRANCHES, branchKey, idKey, PINS, pageOf, piecesOf, STATE, turnKey } from './keys.ts'
import type { Part } from './part.ts'
import { joined } from './pieces.ts'
import { type BranchRecord, type ConversationState, type Place, type TurnRecord, toTurn } from './record.ts'
import { partsOf, type Turn } from './turn.ts'

/** Reads a conversation, wherever its entries come from: a decision, or what is durable. */
export class Transcript {
  readonly #id: string
  readonly #source: LoadingSource

  constructor(id: string, source: LoadingSource) {
    this.#id = id
    this.#source = source
  }

  /** Undefined before its first turn. */
  get state(): ConversationState | undefined {
    return this.#leaf(STATE) as ConversationState | undefined
  }

  /** @throws not_found */
  named(id: string): TurnRecord {
    const n = this.find(id)
    if (n !== undefined) return this.turn(n)
    throw new HoldfastError('not_found', `Conversation ${this.#id} has no turn ${id}`, { entity: this.#id, path: id })
  }

  /** The number of a turn; undefined where there is none of that id. */
  find(id: string): number | undefined {
    const [, digits] = /^turn-([1-9]\d{0,9})$/.exec(id) ?? []
    if (digits === undefined) return this.#leaf(idKey(id)) as number | undefined
    const n = Number(digits)
    // It may have an id of its adder's own, and is not known by its number then.
    return n <= (this.state?.turns ?? 0) && this.turn(n).id === id ? n : undefined
  }

  /** @throws corrupt */
  turn(n: number): TurnRecord {
    const record = this.#leaf(turnKey(n)) as TurnRecord | undefined
    if (record !== undefined) return record
    throw new HoldfastError('corrupt', `Turn ${n} of conversation ${this.#id} is missing; run \`holdfast doctor\``, {
      entity: this.#id,
      key: turnKey(n),
    })
  }

  /** A turn and those it follows, newest first. A page of them is loaded at a time. */
  *back(from: Place | null): Generator<TurnRecord> {
    for (let place = from; place !== null; ) {
      const turns = this.stretch(place)
      yield* turns
      place = turns.at(-1)?.parent ?? null
    }
  }

  /** The same, as far as they lie on the page of the first. */
  stretch(from: Place): readonly TurnRecord[] {
    this.#source.cover(pageOf(from.n))
    const turns: TurnRecord[] = []
    for (
      let place: Place | null = from;
      place !== null && pageOf(place.n) === pageOf(from.n);
      place = turns.at(-1)?.parent ?? null
    )
      turns.push(this.turn(place.n))
    return turns
  }

  /** As it is shown: with what has come so far of one that is being written. */
  shown(record: TurnRecord): Turn {
    return toTurn(record.status === 'streaming' ? { ...record, content: this.soFar(record) } : record)
  }

  /** What has come of a turn that is being written. */
  soFar({ n, content }: TurnRecord): readonly Part[] {
    const pieces = [...this.#below(piecesOf(n))].map((value) => value as readonly Part[])
    return joined([partsOf(content), ...pieces])
  }

  /** The branches in the order they began. */
  branches({ branch: active }: ConversationState): readonly BranchRecord[] {
    const stored = [...this.#below(BRANCHES)] as BranchRecord[]
    return [...stored.filter(({ number }) => number !== active.number), active].toSorted((a, b) => a.number - b.number)
  }

  /** @throws not_found */
  branch(number: number, { branch: active }: ConversationState): BranchRecord {
    const branch = number === active.number ? active : (this.#leaf(branchKey(number)) as BranchRecord | undefined)
    if (branch !== undefined) return branch
    throw new HoldfastError('not_found', `Conversation ${this.#id} has no branch ${number}`, { entity: this.#id, path: 'branch' })
  }

  /** The numbers of pinned turns, in order. */
  get pins(): readonly number[] {
    return [...this.#below(PINS)] as number[]
  }

  #leaf(key: string): unknown {
    return leafOf(this.#source.read(key))
  }

  *#below(parent: string): Generator<unknown> {
    for (const [, bytes] of this.#source.below(parent)) yield leafOf(bytes)
  }
}

/** The value that an entry of a conversation holds. */
export function leafOf(bytes: Uint8Array | undefined): unknown {
  const node = bytes && decodeNode(bytes)
  return node?.type === 'leaf' ? node.value : undefined
}
