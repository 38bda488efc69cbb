import type { Engine, EntityRow } from '../store/index.ts'
import { PAGE, type Passage } from './passage.ts'
import { type Positions, positionsBetween, unmoved } from './positions.ts'

/** The seqs of an entity's records, oldest first, and the revision of the first of them. */
export interface Course {
  readonly first: number
  readonly seqs: readonly number[]
}

/** Reads where an entity's records stand, up to `cut`. */
export async function courseOf(engine: Engine, num: number, cut = Number.POSITIVE_INFINITY): Promise<Course> {
  const seqs: number[] = []
  let first = 0
  for (let from = 1, isMore = true; isMore; ) {
    const page = await engine.history({ num, from, order: 'oldest', limit: PAGE })
    const last = page.at(-1)
    first ||= page[0]?.revision ?? 0
    for (const { seq } of page) if (seq <= cut) seqs.push(seq)
    isMore = page.length === PAGE && (last?.seq ?? 0) <= cut
    from = (last?.revision ?? 0) + 1
  }
  return { first, seqs }
}

/** Where an entity's positions up to `cut` are in the target. */
export async function positionsOf(passage: Passage, row: EntityRow, num: number, cut: number): Promise<Positions> {
  if (passage.isSame) return unmoved
  const source = await courseOf(passage.source.engine, row.num, cut)
  const target = await courseOf(passage.target.engine, num)
  return positionsBetween(source.seqs, target.seqs)
}

/** Where the position of a fork's origin as of its birth is in the target. */
export async function originSeq(passage: Passage, origin: EntityRow, num: number, seq: number): Promise<number> {
  if (passage.isSame) return seq
  const { engine } = passage.target
  const revision = await revisionAt(passage.source.engine, origin, seq)
  const [record] = await engine.history({ num, from: Math.max(revision, 1), order: 'oldest', limit: 1 })
  return revision === 0 ? (record?.seq ?? 1) - 1 : (record?.seq ?? 0)
}

/** The newest revision of an entity, of those kept, whose record is not behind `seq`; 0 when none is. */
export async function revisionAt(engine: Engine, row: EntityRow, seq: number): Promise<number> {
  const [oldest] = await engine.history({ num: row.num, order: 'oldest', limit: 1 })
  if (oldest === undefined || oldest.seq > seq) return 0
  let low = oldest.revision
  let high = row.revision
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const [record] = await engine.history({ num: row.num, from: middle, to: middle, order: 'oldest', limit: 1 })
    if (record !== undefined && record.seq <= seq) low = middle
    else high = middle - 1
  }
  return low
}
