import { compareUtf8 } from '../../core/index.ts'
import type { EntityRow, LogRow, Piece } from '../engine.ts'
import { refKey } from '../ref.ts'
import { createEntity, type Data, type Entity, entityByNum, type Partition, partitionOfNum, replaceRow } from './data.ts'
import { forgetOutbox, keepOutbox } from './outbox.ts'
import { comparePlaces, forget, remember } from './remembered.ts'
import { removeTerms, writeTerms } from './terms.ts'

/** See `Transfer.fill`. */
export function fillData(data: Data, pieces: readonly Piece[]): void {
  for (const piece of pieces) write(data, piece)
}

function write(data: Data, piece: Piece): void {
  switch (piece.put) {
    case 'entity':
      putEntity(data, piece.row)
      break
    case 'records':
      putRecords(data, data.partitions[piece.partition] as Partition, piece.rows)
      break
    case 'floor':
      ;(data.partitions[piece.partition] as Partition).floor = piece.seq
      break
    case 'outbox':
      putOutbox(data, piece)
      break
    case 'idempotency':
      putRemembered(data, piece)
      break
    default:
      putContents(data, piece)
  }
}

function putEntity(data: Data, row: EntityRow): void {
  const known = entityByNum(data, row.num)
  if (known !== undefined) {
    replaceRow(data, known, row)
    return
  }
  const entity = createEntity(row)
  partitionOfNum(data, row.num).entities[Math.floor(row.num / data.partitions.length) - 1] = entity
  data.names.set(refKey(row), entity)
  replaceRow(data, entity, row)
}

function putRecords(data: Data, partition: Partition, rows: readonly LogRow[]): void {
  for (const record of rows) {
    const { num, seq, revision, at } = record
    const entity = entityByNum(data, num)
    if (entity === undefined) continue
    partition.log.set(record)
    partition.seq = seq
    entity.records.push(record)
    const first = entity.row.revision === 0 ? { born: seq, floor: seq } : {}
    replaceRow(data, entity, { ...entity.row, ...first, seq, revision, updated: at })
  }
}

function putContents(data: Data, piece: Piece & { put: 'changes' | 'entries' | 'terms' }): void {
  const entity = entityByNum(data, piece.num)
  if (entity === undefined) return
  if (piece.put === 'changes') for (const change of piece.rows) entity.changes.set(change)
  else if (piece.put === 'entries') putEntries(entity, piece)
  else putTerms(data, entity, piece)
}

function putEntries(entity: Entity, { from, to, rows }: Piece & { put: 'entries' }): void {
  const isIn = (key: string): boolean => to === undefined || compareUtf8(key, to) < 0
  const old = [...entity.entries.from({ key: from })].filter(({ key }) => isIn(key))
  for (const entry of old) entity.entries.delete(entry)
  for (const entry of rows) entity.entries.set(entry)
}

function putTerms(data: Data, entity: Entity, { rows }: Piece & { put: 'terms' }): void {
  removeTerms(data, entity)
  for (const [name, found] of Map.groupBy(rows, (row) => row.name)) {
    // Written together, so of one subject.
    writeTerms(data, entity, { name, values: found.map(({ value }) => value), subject: found[0]?.subject ?? null })
  }
}

function putOutbox(data: Data, { after, to, rows }: Piece & { put: 'outbox' }): void {
  const isIn = (id: string): boolean => id !== after && (to === undefined || compareUtf8(id, to) <= 0)
  const old = [...data.outbox.from({ row: { id: after } })].filter(({ row }) => isIn(row.id))
  for (const each of old) forgetOutbox(data, each)
  for (const { finished, ...row } of rows) {
    keepOutbox(data, { row, num: data.names.get(refKey(row.entity))?.row.num ?? 0, finished })
  }
}

function putRemembered(data: Data, { after, to, rows }: Piece & { put: 'idempotency' }): void {
  const old = [...data.remembered].filter(
    (row) => (after === undefined || comparePlaces(row, after) > 0) && (to === undefined || comparePlaces(row, to) <= 0),
  )
  for (const row of old) forget(data, row)
  for (const row of rows) remember(data, row)
}
