import type { ChangeQuery, ChangeRow, IdempotencyPlace, IdempotencyRow, Transfer } from '../engine.ts'
import { beginFilling, NAME } from './custody.ts'
import { allEntities, type Data, entityByNum } from './data.ts'
import { fillData } from './fill.ts'
import { comparePlaces } from './remembered.ts'

/** What moving a memory engine takes: for tests of moving, and for state that outgrew its process. */
export function createTransfer(data: Data): Transfer {
  const { custody } = data
  return {
    name: NAME,
    entities: (after, limit) => nextRows(data, after, limit),
    changes: (query) => changesOf(data, query),
    terms: (num) => [...(entityByNum(data, num)?.terms ?? [])],
    outbox: (after, limit) =>
      data.outbox
        .from({ row: { id: after } })
        .filter(({ row }) => row.id !== after)
        .take(limit)
        .map(({ row, finished }) => ({ ...row, finished }))
        .toArray(),
    idempotency: (after, limit) => nextRemembered(data, after, limit),
    hold: () => custody.hold,
    setHold(hold) {
      custody.hold = hold ?? undefined
    },
    filling: () => custody.filling,
    begin: (filling) => beginFilling(data, filling),
    fill(pieces, journal) {
      fillData(data, pieces)
      if (custody.filling !== undefined) custody.filling = { ...custody.filling, journal }
    },
    complete(storeId) {
      custody.storeId = storeId
      custody.filling = undefined
    },
  }
}

function nextRows(data: Data, after: number, limit: number) {
  const rows = allEntities(data).map(({ row }) => row)
  const start = rows.findIndex(({ num }) => num > after)
  return start === -1 ? [] : rows.slice(start, start + limit)
}

function changesOf(data: Data, { num, after, since, limit }: ChangeQuery): ChangeRow[] {
  const found: ChangeRow[] = []
  for (const change of entityByNum(data, num)?.changes.from(after ?? { key: '', seq: 0 }) ?? []) {
    if (found.length >= limit) break
    const isAfter = after === undefined || change.key !== after.key || change.seq > after.seq
    if (isAfter && change.until > since) found.push(change)
  }
  return found
}

function nextRemembered(data: Data, after: IdempotencyPlace | undefined, limit: number): IdempotencyRow[] {
  const rows = [...data.idempotency.values()].sort(comparePlaces)
  return rows.filter((row) => after === undefined || comparePlaces(row, after) > 0).slice(0, limit)
}
