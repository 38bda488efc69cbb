import type { Engine, EntityRow, Piece, Transfer } from '../store/index.ts'
import type { Journal } from './journal.ts'
import { Numbering } from './numbering.ts'
import { Unproved } from './unproved.ts'

/** Rows read at a time. */
export const PAGE = 500
/** A transaction of the target holds about so many rows or bytes. */
const MOST_ROWS = 2000
const MOST_BYTES = 4 * 1024 * 1024

/** Lets others of this process have their turn: engines may answer without ever letting go of it. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** One end of a move. */
export interface End {
  readonly engine: Engine
  readonly transfer: Transfer
}

/** What has been copied, for the report. */
export interface Tally {
  entities: number
  records: number
  versions: number
  bytes: number
}

/** A store on its way from one engine to another: both ends, the journal, and what is to be written next. */
export class Passage {
  readonly source: End
  readonly target: End
  /** True where nums and positions stay what they are. */
  readonly isSame: boolean
  readonly numbering: Numbering
  readonly tally: Tally = { entities: 0, records: 0, versions: 0, bytes: 0 }
  journal: Journal
  /** The target's nums of entities by those of the source, as far as they are known. */
  readonly #nums = new Map<number, number>()
  #pieces: Piece[] = []
  #rows = 0
  #bytes = 0

  readonly #check: (segment: Uint8Array) => void

  constructor(source: End, target: End, journal: Journal, check: (segment: Uint8Array) => void = () => {}) {
    this.#check = check
    this.source = source
    this.target = target
    this.journal = journal
    this.isSame = source.engine.partitions === target.engine.partitions
    this.numbering = new Numbering(
      journal,
      journal.floors.some((floor) => floor > 0),
    )
  }

  /** What an entity is called in the target; undefined where it is not there yet. */
  async num(source: number): Promise<number | undefined> {
    const known = this.#nums.get(source)
    if (known !== undefined) return known
    const row = await this.source.engine.entityByNum(source)
    const found = row && (await this.target.engine.entity(row))
    if (found !== undefined) this.#nums.set(source, found.num)
    return found?.num
  }

  /** Makes an entity in the target: its name for now, what it holds comes later. */
  make(row: EntityRow): number {
    const num = this.isSame ? this.numbering.kept(row.num) : this.numbering.entity(row)
    this.#nums.set(row.num, num)
    const nothing = {
      revision: 0,
      seq: 0,
      born: 0,
      floor: 0,
      deleted: false,
      origin: null,
      schema: null,
      updated: 0,
      expires: null,
    }
    this.add({ put: 'entity', row: { ...row, ...nothing, num } }, 1)
    this.tally.entities++
    return num
  }

  /** The segments of rows, in bytes. @throws Unproved when one of them is damaged */
  weigh(rows: readonly { readonly segment: Uint8Array | null }[], of: EntityRow): number {
    let bytes = 0
    for (const { segment } of rows) {
      if (segment === null || segment.length === 0) continue
      bytes += segment.length
      this.#checked(segment, of)
    }
    return bytes
  }

  #checked(segment: Uint8Array, { kind, id }: EntityRow): void {
    try {
      this.#check(segment)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new Unproved(`A value of ${kind} ${id} is damaged in the source. ${why}`)
    }
  }

  /** Puts something on the way; `settle` lets it arrive. */
  add(piece: Piece, rows: number, bytes = 0): void {
    this.#pieces.push(piece)
    this.#rows += rows
    this.#bytes += bytes
    this.tally.bytes += bytes
  }

  /** To be called wherever the journal tells what has been put on the way: writes it when there is enough of it. */
  async settle(): Promise<void> {
    await breathe()
    if (this.#rows >= MOST_ROWS || this.#bytes >= MOST_BYTES) await this.flush()
  }

  /** Writes what is on the way, and the journal. */
  async flush(): Promise<void> {
    const { nums, seqs } = this.numbering
    this.journal = { ...this.journal, nums: [...nums], seqs: [...seqs] }
    await this.target.transfer.fill(this.#pieces, JSON.stringify(this.journal))
    this.#pieces = []
    this.#rows = 0
    this.#bytes = 0
  }
}
