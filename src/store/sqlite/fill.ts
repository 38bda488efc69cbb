import type { EntityRow, Piece, PromisedRow } from '../engine.ts'
import { secondOf } from '../recent.ts'
import { ordinal, STATES } from '../words.ts'
import type { Connection } from './connection.ts'
import { asFiller } from './custody.ts'
import { putChanges, putEntries } from './fill-entries.ts'
import { putRecords } from './fill-log.ts'

/** See `Transfer.fill`. */
export function fill(c: Connection, pieces: readonly Piece[], journal: string): void {
  asFiller(c, journal, () => {
    for (const piece of pieces) put(c, piece)
  })
}

function put(c: Connection, piece: Piece): void {
  switch (piece.put) {
    case 'entity':
      putEntity(c, piece.row)
      break
    case 'records':
      putRecords(c, piece.rows)
      break
    case 'floor':
      c.run('update head set floor = ?', piece.seq)
      break
    case 'changes':
      putChanges(c, piece)
      break
    case 'entries':
      putEntries(c, piece)
      break
    case 'terms':
      putTerms(c, piece)
      break
    case 'outbox':
      putOutbox(c, piece)
      break
    case 'idempotency':
      putIdempotency(c, piece)
  }
}

function putEntity(c: Connection, row: EntityRow): void {
  c.run(
    `insert into entity(num, tenant, kind, id, root, origin, origin_seq, origin_until, revision, seq, born, floor, deleted, schema,
       created, updated, recent, expires) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict(num) do update set root = excluded.root, origin = excluded.origin, origin_seq = excluded.origin_seq,
       origin_until = excluded.origin_until, revision = excluded.revision, seq = excluded.seq, born = excluded.born,
       floor = excluded.floor, deleted = excluded.deleted, schema = excluded.schema, created = excluded.created,
       updated = excluded.updated, recent = excluded.recent, expires = excluded.expires`,
    ...[row.num, row.tenant, row.kind, row.id, row.root],
    ...[row.origin?.num ?? null, row.origin?.seq ?? null, row.origin?.until ?? null],
    ...[row.revision, row.seq, row.born, row.floor, row.deleted ? 1 : 0, row.schema],
    ...[row.created, row.updated, secondOf(row.updated), row.expires],
  )
}

function putTerms(c: Connection, { num, rows }: Piece & { put: 'terms' }): void {
  c.run(
    'delete from term where (tenant, kind, name, value, num) in (select tenant, kind, name, value, num from term where num = ?)',
    num,
  )
  for (const { name, value, subject } of rows) {
    c.run('insert into term select tenant, kind, ?, ?, num, ? from entity where num = ?', name, value, subject, num)
  }
}

function putOutbox(c: Connection, { after, to, rows }: Piece & { put: 'outbox' }): void {
  if (to === undefined) c.run('delete from outbox where id > ?', after)
  else c.run('delete from outbox where id > ? and id <= ?', after, to)
  for (const row of rows) insertOutbox(c, row)
}

function insertOutbox(c: Connection, row: PromisedRow): void {
  const { tenant, kind, id } = row.entity
  c.run(
    `insert into outbox select ?, num, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? from entity where tenant = ? and kind = ? and id = ?`,
    ...[row.id, row.queue, ordinal(STATES, row.state), row.due, row.owner, row.lease, row.epoch, row.attempts, row.created],
    ...[row.finished, row.payload, row.result],
    ...[tenant, kind, id],
  )
}

function putIdempotency(c: Connection, { after, to, rows }: Piece & { put: 'idempotency' }): void {
  const { tenant = '', key = '' } = after ?? {}
  if (to === undefined) c.run('delete from idempotency where (tenant, key) > (?, ?)', tenant, key)
  else c.run('delete from idempotency where (tenant, key) > (?, ?) and (tenant, key) <= (?, ?)', tenant, key, to.tenant, to.key)
  for (const row of rows) {
    c.run('insert into idempotency values (?, ?, ?, ?, ?)', row.tenant, row.key, row.body, row.receipt, row.at)
  }
}
