import { createHash } from 'node:crypto'
import type { Engine, EntityRow, Origin } from '../store/index.ts'
import { plainText } from './digest.ts'
import { courseOf, revisionAt } from './history.ts'
import { type End, PAGE, type Passage } from './passage.ts'
import { countAtMost, type Positions, unmoved } from './positions.ts'
import { expectSame } from './unproved.ts'

/** An entity in one of the stores. Its positions are told as revisions, which are the same wherever it is. */
interface Side {
  readonly end: End
  readonly row: EntityRow
  readonly revisionOf: Positions
}

/** What of an entity was compared. */
export interface Compared {
  /** Superseded versions. */
  readonly versions: number
  /** Of all segments. */
  readonly bytes: number
  /** SHA-256, in hexadecimal, over everything it holds and has held. */
  readonly digest: string
}

/** Compares everything an entity holds and has held. @throws Unproved */
export async function compareEntity(passage: Passage, row: EntityRow): Promise<Compared> {
  const { source, target } = passage
  const what = `${row.kind} ${row.id}`
  const copy = await target.engine.entity(row)
  expectSame(`${copy?.num ?? 'nothing'}`, `${await passage.num(row.num)}`, what)
  const here = await sideOf(passage, source, row)
  const there = await sideOf(passage, target, copy ?? row)
  const hash = createHash('sha256')
  const compared = { versions: 0, bytes: 0 }
  const parts = [partsOf(here, passage.isSame), partsOf(there, passage.isSame)] as const
  for (;;) {
    const [one, other] = [await parts[0].next(), await parts[1].next()]
    if (one.done && other.done) return { ...compared, digest: hash.digest('hex') }
    expectSame(one.value?.text ?? 'nothing', other.value?.text ?? 'nothing', what)
    hash.update(one.value?.text ?? '')
    compared.versions += one.value?.versions ?? 0
    compared.bytes += one.value?.bytes ?? 0
  }
}

async function sideOf({ isSame }: Passage, end: End, row: EntityRow): Promise<Side> {
  if (isSame) return { end, row, revisionOf: unmoved }
  const { first, seqs } = await courseOf(end.engine, row.num)
  return {
    end,
    row,
    revisionOf(seq) {
      const count = countAtMost(seqs, seq)
      return count === 0 ? 0 : first + count - 1
    },
  }
}

interface Part {
  readonly text: string
  readonly versions: number
  readonly bytes: number
}

/** Everything of an entity in bounded pieces of text, which are the same in both stores. */
async function* partsOf(side: Side, isSame: boolean): AsyncGenerator<Part> {
  const { row, end } = side
  yield { text: plainText(await outline(side, isSame)), versions: 0, bytes: 0 }
  yield { text: plainText(await end.transfer.terms(row.num)), versions: 0, bytes: 0 }
  for (let from = '', isMore = true; isMore; ) {
    const page = await end.engine.entries(row.num, { from }, PAGE)
    const rows = page.map((entry) => ({ ...entry, seq: side.revisionOf(entry.seq) }))
    yield { text: plainText(rows), versions: 0, bytes: bytesOf(rows) }
    from = `${page.at(-1)?.key ?? ''}\u0001`
    isMore = page.length === PAGE
  }
  yield* changesOf(side)
}

async function* changesOf({ row, end, revisionOf }: Side): AsyncGenerator<Part> {
  let after: { readonly key: string; readonly seq: number } | undefined
  for (let isMore = true; isMore; ) {
    const page = await end.transfer.changes({ num: row.num, after, since: 0, limit: PAGE })
    const rows = page.map((change) => ({ ...change, seq: revisionOf(change.seq), until: revisionOf(change.until) }))
    yield { text: plainText(rows), versions: rows.length, bytes: bytesOf(rows) }
    after = page.at(-1)
    isMore = page.length === PAGE
  }
}

async function outline({ row, end, revisionOf }: Side, isSame: boolean): Promise<object> {
  if (isSame) return row
  const { num: _, seq, born, floor, origin, ...rest } = row
  const positions = { seq: revisionOf(seq), born: revisionOf(born), floor: revisionOf(floor) }
  return { ...rest, ...positions, isWhole: born === floor, origin: origin && (await originOf(end.engine, origin, revisionOf)) }
}

async function originOf(engine: Engine, origin: Origin, revisionOf: Positions): Promise<object> {
  const row = await engine.entityByNum(origin.num)
  const until = origin.until === null ? null : revisionOf(origin.until)
  if (row === undefined) return { of: null, until }
  const { tenant, kind, id } = row
  return { of: { tenant, kind, id }, revision: await revisionAt(engine, row, origin.seq), until }
}

function bytesOf(rows: readonly { readonly segment: Uint8Array | null }[]): number {
  return rows.reduce((sum, { segment }) => sum + (segment?.length ?? 0), 0)
}
