import type { LogRow, SweepReport, SweepRequest } from '../engine.ts'
import { refuseHeld } from './custody.ts'
import { type Data, type Entity, partitionOfNum, replaceRow } from './data.ts'
import { forksOf } from './entities.ts'
import { forgetOutbox } from './outbox.ts'
import { forget } from './remembered.ts'

/** See `Engine.sweep`. */
export function sweepData(data: Data, request: SweepRequest): SweepReport {
  refuseHeld(data)
  const { limit } = request
  const visited = nextEntities(data, request.after, limit)
  let changes = 0
  let records = 0
  for (const entity of visited) {
    const edge = edgeOf(data, entity, request)
    if (edge === undefined || edge.seq <= entity.row.floor) continue
    const swept = sweepEntity(data, entity, edge)
    changes += swept.changes
    records += swept.records
  }
  const next = visited.length < limit ? null : (visited.at(-1)?.row.num ?? null)
  const idempotency = sweepIdempotency(data, request.idempotencyBefore, limit)
  return { changes, records, idempotency, outbox: sweepOutbox(data, request.settledBefore, limit), next }
}

/** The next entities behind a num: from each partition so many, of which the first are taken. */
function nextEntities({ partitions }: Data, after: number, limit: number): Entity[] {
  const next = partitions.flatMap(({ entities }, p) => {
    const start = Math.max(Math.floor((after - p) / partitions.length), 0)
    return entities.slice(start, start + limit)
  })
  return next.sort((a, b) => a.row.num - b.row.num).slice(0, limit)
}

/** The record that becomes the oldest one kept: old enough, outside the revisions kept, not behind what a fork reads. */
function edgeOf(data: Data, { row, records }: Entity, request: SweepRequest): LogRow | undefined {
  const { historyBefore, keepRevisions, limit } = request
  const revision = Math.min(row.revision - keepRevisions, (records[0]?.revision ?? 0) + limit)
  const read = Math.min(...forksOf(data, row.num).map(({ origin }) => origin?.seq ?? 0))
  return records.findLast((each) => each.revision <= revision && each.at < historyBefore && each.seq <= read)
}

function sweepEntity(data: Data, entity: Entity, edge: LogRow): { changes: number; records: number } {
  const dropped = entity.records.splice(0, entity.records.indexOf(edge))
  const partition = partitionOfNum(data, entity.row.num)
  for (const record of dropped) partition.log.delete(record)
  partition.floor = Math.max(partition.floor, dropped.at(-1)?.seq ?? 0)
  const stale = [...entity.changes].filter((change) => change.until <= edge.seq)
  for (const change of stale) entity.changes.delete(change)
  replaceRow(data, entity, { ...entity.row, floor: edge.seq })
  return { changes: stale.length, records: dropped.length }
}

function sweepIdempotency(data: Data, before: number, limit: number): number {
  const stale = []
  for (const each of data.remembered) {
    if (each.at >= before || stale.length >= limit) break
    stale.push(each)
  }
  for (const each of stale) forget(data, each)
  return stale.length
}

function sweepOutbox(data: Data, before: number, limit: number): number {
  const stale = []
  for (const { finished, id } of data.finished) {
    if (finished >= before || stale.length >= limit) break
    stale.push(id)
  }
  for (const id of stale) {
    const known = data.outbox.get({ row: { id } })
    if (known !== undefined) forgetOutbox(data, known)
  }
  return stale.length
}
