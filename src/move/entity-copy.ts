import type { ChangeRow, EntityRow, EntryRow, Origin } from '../store/index.ts'
import { originSeq, positionsOf } from './history.ts'
import { PAGE, type Passage } from './passage.ts'
import type { Positions } from './positions.ts'

/** An entity that is being copied. */
interface Subject {
  readonly passage: Passage
  readonly row: EntityRow
  /** What it is called in the target. */
  readonly num: number
  readonly positions: Positions
  /** The log has been copied up to here. */
  readonly cut: number
}

/**
 * Copies what an entity holds: superseded versions behind `since`, current entries, terms, its row. Of one that has moved on behind
 * the cut only the superseded versions are copied; the log will tell that there is more.
 */
export async function copyEntity(passage: Passage, row: EntityRow, since: number, cut: number): Promise<void> {
  const num = await passage.num(row.num)
  if (num === undefined || row.born > cut) return
  const subject = { passage, row, num, cut, positions: await positionsOf(passage, row, num, cut) }
  await copyChanges(subject, since)
  if (row.seq > cut || !(await copyEntries(subject))) return
  const terms = await passage.source.transfer.terms(row.num)
  passage.add({ put: 'terms', num, rows: terms }, terms.length)
  passage.add({ put: 'entity', row: await movedRow(subject) }, 1)
}

async function copyChanges({ passage, row, num, positions, cut }: Subject, since: number): Promise<void> {
  for (let after: ChangeRow | undefined, isMore = true; isMore; ) {
    const page = await passage.source.transfer.changes({ num: row.num, after, since, limit: PAGE })
    const rows = page
      .filter(({ until }) => until <= cut)
      .map((change) => ({ ...change, seq: positions(change.seq), until: positions(change.until) }))
    if (rows.length > 0) passage.add({ put: 'changes', num, rows }, rows.length, passage.weigh(rows, row))
    passage.tally.versions += rows.length
    await passage.settle()
    after = page.at(-1)
    isMore = page.length === PAGE
  }
}

/** False when it turned out to have moved on. */
async function copyEntries({ passage, row, num, positions, cut }: Subject): Promise<boolean> {
  for (let from = '', isMore = true; isMore; ) {
    const page = await passage.source.engine.entries(row.num, { from }, PAGE)
    if (page.some(({ seq }) => seq > cut)) return false
    isMore = page.length === PAGE
    const to = isMore ? `${page.at(-1)?.key ?? ''}\u0001` : undefined
    const rows = page.map((entry): EntryRow => ({ ...entry, seq: positions(entry.seq) }))
    passage.add({ put: 'entries', num, from, to, rows }, rows.length, passage.weigh(rows, row))
    await passage.settle()
    from = to ?? ''
  }
  return true
}

async function movedRow({ passage, row, num, positions }: Subject): Promise<EntityRow> {
  const [seq, born, floor] = [positions(row.seq), positions(row.born), positions(row.floor)]
  return { ...row, num, seq, born, floor, origin: await movedOrigin(passage, row.origin, positions) }
}

async function movedOrigin(passage: Passage, origin: Origin | null, positions: Positions): Promise<Origin | null> {
  if (origin === null || passage.isSame) return origin
  const row = await passage.source.engine.entityByNum(origin.num)
  const num = await passage.num(origin.num)
  // An origin that is not there: the proof will say so.
  if (row === undefined || num === undefined) return origin
  const seq = await originSeq(passage, row, num, origin.seq)
  return { num, seq, until: origin.until === null ? null : positions(origin.until) }
}
