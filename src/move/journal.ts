import { HoldfastError } from '../core/index.ts'

/** How far a move has come. It is kept in the target and written with whatever it tells of, so a move goes on where it stopped. */
export interface Journal {
  /** Id of the store that moves. */
  readonly source: string
  /** Id of the hold it is under while it moves. */
  readonly hold: string
  /** The source's floors: nothing is swept while it moves. */
  readonly floors: readonly number[]
  /** Up to here, by partition of the source, its log has been copied. */
  readonly cut: readonly number[]
  /** The newest seq of each partition of the target. */
  readonly seqs: readonly number[]
  /** How many entities have been made in each partition of the target. */
  readonly nums: readonly number[]
  /** What entities hold has been copied at least as of here; null until the log has been copied once. */
  readonly done: readonly number[] | null
  /** Of entities up to this num only; null: of all of them. */
  readonly bulk: number | null
}

/** The journal of a move that begins. */
export function newJournal(source: string, hold: string, floors: readonly number[], partitions: number): Journal {
  const none = (count: number): number[] => Array.from({ length: count }, () => 0)
  const start = { cut: none(floors.length), seqs: none(partitions), nums: none(partitions), done: null, bulk: 0 }
  return { source, hold, floors, ...start }
}

/** @throws corrupt for what no move has written */
export function parseJournal(text: string): Journal {
  const journal = JSON.parse(text) as Journal
  if (typeof journal.source === 'string' && Array.isArray(journal.cut) && Array.isArray(journal.seqs)) return journal
  throw new HoldfastError('corrupt', 'The target does not say how far the move has come; delete it and begin anew', {})
}
