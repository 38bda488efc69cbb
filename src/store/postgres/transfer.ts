import type {
  ChangeQuery,
  ChangeRow,
  EntityRow,
  IdempotencyPlace,
  IdempotencyRow,
  PromisedRow,
  TermRow,
  Transfer,
} from '../engine.ts'
import { OPS } from '../words.ts'
import { begin, complete, fillingOf, holdOf, setHold } from './custody.ts'
import { fill } from './fill.ts'
import { COLUMNS } from './outbox.ts'
import { ENTITY } from './reads.ts'
import { type StoredEntity, type StoredOutbox, toEntity, toOutbox } from './rows.ts'
import { everyPart, partOf, type Tables, type WholeTables } from './tables.ts'

/** What moving a PostgreSQL store takes. `shown` is its URL without a password. */
export function createTransfer(t: WholeTables, shown: string): Transfer {
  const { db, schema } = t
  return {
    name: shown,
    entities: (after, limit) => readEntities(t, after, limit),
    changes: (query) => readChanges(t, query),
    terms: (num) =>
      db.query<TermRow>(`select name, value, subject from ${schema}.term where part = $1 and num = $2 order by name, value`, [
        partOf(t, num),
        num,
      ]),
    outbox: (after, limit) => readOutbox(t, after, limit),
    idempotency: (after, limit) => readIdempotency(t, after, limit),
    hold: () => holdOf(t),
    setHold: (hold) => setHold(t, shown, hold),
    filling: () => fillingOf(t),
    begin: (filling) => begin(t, shown, filling),
    fill: (pieces, journal) => fill(t, pieces, journal),
    complete: (storeId) => complete(t, storeId),
  }
}

async function readEntities(t: Tables, after: number, limit: number): Promise<EntityRow[]> {
  const sql = `select row.* from ${everyPart(t)} cross join lateral (select ${ENTITY} from ${t.schema}.entity
    where entity.part = part.part and num > $1 order by num limit $2) as row order by num limit $2`
  return (await t.db.query<StoredEntity>(sql, [after, limit])).map(toEntity)
}

async function readChanges(t: Tables, { num, after, since, limit }: ChangeQuery): Promise<ChangeRow[]> {
  const behind = after === undefined ? '' : 'and (key, seq) > ($5, $6)'
  const sql = `select key, seq, until, op, subject, segment from ${t.schema}.change where part = $1 and num = $2 and until > $3 ${behind}
    order by key, seq limit $4`
  const values = [partOf(t, num), num, since, limit, ...(after === undefined ? [] : [after.key, after.seq])]
  const rows = await t.db.query<Omit<ChangeRow, 'op'> & { readonly op: number }>(sql, values)
  return rows.map((row) => ({ ...row, op: OPS[row.op] ?? 'image' }))
}

async function readOutbox(t: Tables, after: string, limit: number): Promise<PromisedRow[]> {
  const sql = `select row.* from ${everyPart(t)} cross join lateral (select ${COLUMNS}, finished from ${t.schema}.outbox
    where outbox.part = part.part and id > $1 order by id limit $2) as row order by id limit $2`
  const rows = await t.db.query<StoredOutbox & { readonly finished: number | null }>(sql, [after, limit])
  return rows.map((row) => ({ ...toOutbox(row), finished: row.finished }))
}

function readIdempotency(t: Tables, after: IdempotencyPlace | undefined, limit: number): Promise<IdempotencyRow[]> {
  const sql = `select row.* from ${everyPart(t)} cross join lateral (select tenant, key, body, receipt, at from ${t.schema}.idempotency
    where idempotency.part = part.part and (tenant, key) > ($1, $2) order by tenant, key limit $3) as row order by tenant, key limit $3`
  return t.db.query<IdempotencyRow>(sql, [after?.tenant ?? '', after?.key ?? '', limit])
}
