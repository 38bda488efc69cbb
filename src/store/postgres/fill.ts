import type { EntityRow, LogRow, Piece } from '../engine.ts'
import { hashOf, partitionOf } from '../partition.ts'
import { secondOf } from '../recent.ts'
import { CLASSES, OPS, ordinal, RECORD_OPS, STATES, TOP } from '../words.ts'
import { asFiller } from './custody.ts'
import type { Queryable } from './database.ts'
import { partOf, type Tables, type WholeTables } from './tables.ts'

/** See `Transfer.fill`. */
export async function fill(t: WholeTables, pieces: readonly Piece[], journal: string): Promise<void> {
  await asFiller(t, journal, async (db) => {
    for (const piece of pieces) await put({ schema: t.schema, partitions: t.partitions, db }, piece)
  })
}

async function put(t: Tables, piece: Piece): Promise<void> {
  switch (piece.put) {
    case 'entity':
      return putEntity(t, piece.row)
    case 'records':
      return putRecords(t, piece.partition, piece.rows)
    case 'floor':
      await t.db.query(`update ${t.schema}.counter set floor = $2 where part = $1`, [piece.partition, piece.seq])
      return
    case 'changes':
      return putChanges(t, piece)
    case 'entries':
      return putEntries(t, piece)
    case 'terms':
      return putTerms(t, piece)
    case 'outbox':
      return putOutbox(t, piece)
    case 'idempotency':
      return putIdempotency(t, piece)
  }
}

async function putEntity(t: Tables, row: EntityRow): Promise<void> {
  const part = partOf(t, row.num)
  const names = `num, tenant, kind, id, root, origin, origin_seq, origin_until, revision, seq, born, floor, deleted, schema, created, updated, recent, expires`
  const columns = names.split(', ')
  const values = [
    ...[part, row.num, row.tenant, row.kind, row.id, row.root],
    ...[row.origin?.num ?? null, row.origin?.seq ?? null, row.origin?.until ?? null],
    ...[row.revision, row.seq, row.born, row.floor, row.deleted, row.schema],
    ...[row.created, row.updated, secondOf(row.updated), row.expires],
  ]
  const changed = columns.slice(4).map((name) => `${name} = excluded.${name}`)
  await t.db.query(
    `insert into ${t.schema}.entity(part, ${names}) values (${values.map((_, i) => `$${i + 1}`).join(', ')})
      on conflict (part, num) do update set ${changed.join(', ')}`,
    values,
  )
  const sql = `update ${t.schema}.counter set entities = greatest(entities, $2) where part = $1`
  await t.db.query(sql, [part, Math.floor(row.num / t.partitions)])
}

async function putRecords({ db, schema }: Tables, part: number, rows: readonly LogRow[]): Promise<void> {
  const columns: Columns = [
    ['bigint', rows.map(({ seq }) => seq)],
    ['text', rows.map(({ commit }) => commit)],
    ['boolean', rows.map(({ last }) => last)],
    ['bigint', rows.map(({ num }) => num)],
    ['bigint', rows.map(({ revision }) => revision)],
    ['smallint', rows.map(({ op }) => ordinal(RECORD_OPS, op))],
    ['bigint', rows.map(({ at }) => at)],
    ...(['actor', 'cause', 'source', 'trust', 'store'] as const).map((name) => ['text', rows.map((row) => row[name])] as const),
    ['bytea', rows.map(({ event }) => buffer(event))],
    ['text', rows.map(({ keys }) => (keys.length === 0 ? '' : JSON.stringify(keys)))],
  ]
  await insert(db, `${schema}.log`, part, columns)
  const heads = new Map<number, { readonly first: LogRow; readonly newest: LogRow }>()
  for (const row of rows) heads.set(row.num, { first: heads.get(row.num)?.first ?? row, newest: row })
  const found = [...heads.values()]
  await db.query(
    `update ${schema}.entity as e set born = case when e.revision = 0 then h.first else e.born end,
      floor = case when e.revision = 0 then h.first else e.floor end, seq = h.seq, revision = h.revision, updated = h.at,
      recent = floor(h.at / 1000.0)
      from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[]) as h(num, first, seq, revision, at)
      where e.part = $1 and e.num = h.num`,
    [
      part,
      found.map(({ newest }) => newest.num),
      found.map(({ first }) => first.seq),
      ...(['seq', 'revision', 'at'] as const).map((name) => found.map(({ newest }) => newest[name])),
    ],
  )
  await db.query(`update ${schema}.counter set seq = $2 where part = $1`, [part, rows.at(-1)?.seq ?? 0])
}

async function putChanges(t: Tables, { num, rows }: Piece & { put: 'changes' }): Promise<void> {
  const columns: Columns = [
    ['bigint', rows.map(() => num)],
    ['text', rows.map(({ key }) => key)],
    ['bigint', rows.map(({ seq }) => seq)],
    ['bigint', rows.map(({ until }) => until)],
    ['smallint', rows.map(({ op }) => ordinal(OPS, op))],
    ['text', rows.map(({ subject }) => subject)],
    ['bytea', rows.map(({ segment }) => buffer(segment))],
  ]
  await insert(t.db, `${t.schema}.change`, partOf(t, num), columns, 'on conflict do nothing')
}

async function putEntries(t: Tables, { num, from, to = TOP, rows }: Piece & { put: 'entries' }): Promise<void> {
  const part = partOf(t, num)
  const sql = `delete from ${t.schema}.entry where part = $1 and num = $2 and key >= $3 and key < $4`
  await t.db.query(sql, [part, num, from, to])
  const columns: Columns = [
    ['bigint', rows.map(() => num)],
    ['text', rows.map(({ key }) => key)],
    ['bigint', rows.map(({ seq }) => seq)],
    ['smallint', rows.map((row) => ordinal(CLASSES, row.class))],
    ['int', rows.map(({ run }) => run)],
    ['text', rows.map(({ subject }) => subject)],
    ['bytea', rows.map(({ segment }) => buffer(segment))],
  ]
  await insert(t.db, `${t.schema}.entry`, part, columns)
}

async function putTerms(t: Tables, { num, rows }: Piece & { put: 'terms' }): Promise<void> {
  const part = partOf(t, num)
  await t.db.query(`delete from ${t.schema}.term where part = $1 and num = $2`, [part, num])
  await t.db.query(
    `insert into ${t.schema}.term select $1::int, tenant, kind, row.name, row.value, num, row.subject from ${t.schema}.entity
      cross join unnest($3::text[], $4::text[], $5::text[]) as row(name, value, subject) where entity.part = $1 and num = $2`,
    [part, num, ...(['name', 'value', 'subject'] as const).map((name) => rows.map((row) => row[name]))],
  )
}

async function putOutbox(t: Tables, { after, to = TOP, rows }: Piece & { put: 'outbox' }): Promise<void> {
  await t.db.query(`delete from ${t.schema}.outbox where id > $1 and id <= $2`, [after, to])
  for (const row of rows) {
    const { tenant, kind, id } = row.entity
    await t.db.query(
      `insert into ${t.schema}.outbox select $1, $2, num, tenant, kind, id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
        from ${t.schema}.entity where part = $14 and tenant = $15 and kind = $16 and id = $17`,
      [
        ...[hashOf(row.id, t.partitions), row.id, row.queue, ordinal(STATES, row.state), row.due, row.owner, row.lease],
        ...[row.epoch, row.attempts, row.created, row.finished, buffer(row.payload), buffer(row.result)],
        ...[partitionOf(row.entity, t.partitions), tenant, kind, id],
      ],
    )
  }
}

async function putIdempotency(t: Tables, { after, to, rows }: Piece & { put: 'idempotency' }): Promise<void> {
  const bounds = [after?.tenant ?? '', after?.key ?? '', to?.tenant ?? TOP, to?.key ?? TOP]
  const sql = `delete from ${t.schema}.idempotency where (tenant, key) > ($1, $2) and (tenant, key) <= ($3, $4)`
  await t.db.query(sql, bounds)
  for (const { tenant, key, body, receipt, at } of rows) {
    const part = hashOf(`${tenant}\0${key}`, t.partitions)
    await t.db.query(`insert into ${t.schema}.idempotency values ($1, $2, $3, $4, $5, $6)`, [
      part,
      tenant,
      key,
      body,
      buffer(receipt),
      at,
    ])
  }
}

/** Columns by the type they have in the table. */
type Columns = readonly (readonly [type: string, values: readonly unknown[]])[]

/** Adds rows of one partition, column by column. */
async function insert(db: Queryable, table: string, part: number, columns: Columns, otherwise = ''): Promise<void> {
  const lists = columns.map(([type], i) => `$${i + 2}::${type}[]`)
  const sql = `insert into ${table} select $1::int, row.* from unnest(${lists.join(', ')}) as row ${otherwise}`
  await db.query(sql, [part, ...columns.map(([, values]) => values)])
}

function buffer(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
