import { HoldfastError } from '../core/index.ts'
import type { Tx } from '../runtime/index.ts'
import { encodeLeaf } from '../store/index.ts'
import { pieceKey, streamKey } from './keys.ts'
import { Ledger } from './ledger.ts'
import { checkLimit, LIMITS } from './limits.ts'
import type { Part } from './part.ts'
import { joined } from './pieces.ts'
import type { StreamRecord, TurnRecord } from './record.ts'
import type { CheckedTurn } from './turn-check.ts'

/** A writer that nothing is heard of for so long has died: what it wrote is partial. */
const SILENCE_MS = 30_000

/** Turns of a conversation that are being written, inside a decision. */
export class StreamTx {
  readonly #tx: Tx
  readonly #id: string

  constructor(tx: Tx, conversation: string) {
    this.#tx = tx
    this.#id = conversation
  }

  /** Begins a turn, or anew one that was begun under this id and has not been done. @throws conflict; not_found; too_large */
  begin(turn: CheckedTurn, after: string | null | undefined, writer: string): TurnRecord {
    const ledger = Ledger.open(this.#tx, this.#id)
    const { transcript } = ledger
    const n = turn.id === undefined ? undefined : transcript.find(turn.id)
    if (n === undefined && after !== undefined) ledger.moveTo(after === null ? null : transcript.named(after))
    const record = n === undefined ? ledger.append(turn, 'streaming') : this.#again(ledger, transcript.turn(n), turn)
    ledger.streaming(record.n, true)
    this.#note(ledger, record.n, { writer, pieces: 0, bytes: encodeLeaf(record).length, heard: this.#tx.now })
    ledger.entity.timer(streamKey(record.n), this.#tx.now + SILENCE_MS)
    ledger.entity.event('stream', { turn: record.id, pieces: 0 })
    return record
  }

  /** Adds to a turn. @throws conflict for whoever has lost it, or when the session is closed; too_large */
  append(n: number, writer: string, parts: readonly Part[]): void {
    const ledger = Ledger.open(this.#tx, this.#id)
    const { pieces, bytes: before } = this.#held(ledger, n, writer)
    const { id } = ledger.transcript.turn(n)
    const bytes = before + encodeLeaf(parts).length
    checkBytes(id, bytes)
    ledger.entity.set(pieceKey(n, pieces), parts)
    this.#note(ledger, n, { writer, pieces: pieces + 1, bytes, heard: this.#tx.now })
    ledger.entity.event('stream', { turn: id, pieces: pieces + 1 })
  }

  /** Says that its writer is there, though it has nothing to write. @throws conflict */
  hear(n: number, writer: string): void {
    const ledger = Ledger.of(this.#tx, this.#id)
    this.#note(ledger, n, { ...this.#held(ledger, n, writer), heard: this.#tx.now })
  }

  /** Ends a turn: done with the last of it, or given up as it is. @throws conflict */
  end(n: number, writer: string, parts: readonly Part[], status: 'done' | 'partial'): void {
    const ledger = status === 'done' ? Ledger.open(this.#tx, this.#id) : Ledger.of(this.#tx, this.#id)
    const bytes = this.#held(ledger, n, writer).bytes + encodeLeaf(parts).length
    if (status === 'done') checkBytes(ledger.transcript.turn(n).id, bytes)
    this.#close(ledger, n, bytes > LIMITS.bytes ? [] : parts, status)
  }

  /** What becomes of a turn when it is time to look: it is partial if nothing was heard of its writer, else it is looked at again. */
  look(n: number): void {
    const ledger = Ledger.of(this.#tx, this.#id)
    const stream = ledger.entity.get(streamKey(n)) as StreamRecord | undefined
    if (stream === undefined) return
    const silent = stream.heard + SILENCE_MS
    if (silent > this.#tx.now) ledger.entity.timer(streamKey(n), silent)
    else this.#close(ledger, n, [], 'partial')
  }

  #again(ledger: Ledger, known: TurnRecord, turn: CheckedTurn): TurnRecord {
    if (known.status === undefined || known.role !== turn.role) {
      const { id } = ledger.entity.ref
      const message = `Turn ${known.id} of conversation ${id} is ${known.status ?? 'done'}, of role ${known.role}; take another id`
      throw new HoldfastError('conflict', message, { entity: id })
    }
    this.#forget(ledger, known.n)
    const { id: _, ...said } = turn
    const record: TurnRecord = { ...known, ...said, status: 'streaming' }
    ledger.rewrite(record)
    return record
  }

  #close(ledger: Ledger, n: number, rest: readonly Part[], status: 'done' | 'partial'): void {
    const { transcript, entity } = ledger
    const { status: _, ...record } = transcript.turn(n)
    const content = joined([transcript.soFar(record), rest])
    this.#forget(ledger, n)
    ledger.rewrite({ ...record, content, ...(status === 'partial' && { status }) })
    ledger.streaming(n, false)
    entity.delete(streamKey(n))
    entity.cancelTimer(streamKey(n))
    entity.event('end', { turn: record.id, status })
  }

  #forget({ entity }: Ledger, n: number): void {
    const { pieces } = (entity.get(streamKey(n)) as StreamRecord | undefined) ?? { pieces: 0 }
    for (let piece = 0; piece < pieces; piece++) entity.delete(pieceKey(n, piece))
  }

  #note({ entity }: Ledger, n: number, stream: StreamRecord): void {
    entity.set(streamKey(n), stream)
  }

  #held({ entity }: Ledger, n: number, writer: string): StreamRecord {
    const stream = entity.get(streamKey(n)) as StreamRecord | undefined
    if (stream?.writer === writer) return stream
    const message = `Another writes turn ${n} of conversation ${this.#id} now, or nothing was heard of its writer for ${SILENCE_MS} ms and it is partial; begin it again under its id`
    throw new HoldfastError('conflict', message, { entity: this.#id })
  }
}

function checkBytes(turn: string, bytes: number): void {
  checkLimit('bytes', bytes, { path: turn, remedy: 'end it before and go on in another turn' })
}
