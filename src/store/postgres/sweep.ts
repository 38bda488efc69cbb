import type { Adopted, SweepReport, SweepRequest } from '../engine.ts'
import { everyPart, partOf, type Tables } from './tables.ts'

/** Batches are remembered this long for those who lost the answer; nobody asks later. */
const REMEMBERED = '15 minutes'

/** See `Engine.sweep`. One transaction for each partition. */
export async function sweep(t: Tables, request: SweepRequest): Promise<SweepReport> {
  const { schema, db } = t
  const { after, limit, historyBefore, keepRevisions } = request
  const visited = await db.query<{ part: number; num: number }>(
    `select row.* from ${everyPart(t)} cross join lateral (select entity.part, num from ${schema}.entity
      where entity.part = part.part and num > $1 order by num limit $2) as row order by num limit $2`,
    [after, limit],
  )
  let [changes, records] = [0, 0]
  for (const [part, rows] of Map.groupBy(visited, (row) => row.part)) {
    const nums = rows.map(({ num }) => num)
    const [swept] = await db.query<Pick<SweepReport, 'changes' | 'records'>>(
      `select changes, records from ${schema}.sweep($1, $2, $3, $4, $5)`,
      [part, nums, finite(historyBefore), keepRevisions, limit],
    )
    changes += swept?.changes ?? 0
    records += swept?.records ?? 0
  }
  const [idempotency, outbox] = [
    await forget(t, 'idempotency', 'at', 'tenant, key', request.idempotencyBefore, limit),
    await forget(t, 'outbox', 'finished', 'id', request.settledBefore, limit),
  ]
  await db.query(
    `delete from ${schema}.applied using ${everyPart(t)} where applied.part = part.part and at < now() - interval '${REMEMBERED}'`,
  )
  const next = visited.length < limit ? null : (visited.at(-1)?.num ?? null)
  return { changes, records, idempotency, outbox, next }
}

/** Drops the oldest rows before a time; how many. */
async function forget(t: Tables, table: string, time: string, key: string, before: number, limit: number): Promise<number> {
  const columns = `part, ${key}`
  const sql = `with old as (select row.* from ${everyPart(t)} cross join lateral (select ${table}.${columns}, ${time} as at from ${t.schema}.${table}
      where ${table}.part = part.part and ${time} < $1 order by ${time} limit $2) as row order by row.at limit $2),
    gone as (delete from ${t.schema}.${table} where (${columns}) in (select ${columns} from old) returning 1)
    select count(*) as n from gone`
  return (await t.db.query<{ n: number }>(sql, [finite(before), limit]))[0]?.n ?? 0
}

/** See `Engine.adopt`. */
export async function adopt(t: Tables, num: number, entries: readonly Adopted[], last: boolean): Promise<void> {
  const columns = [
    entries.map(({ key }) => key),
    entries.map(({ subject }) => subject),
    entries.map(({ segment }) => Buffer.from(segment)),
  ]
  await t.db.query(`select ${t.schema}.adopt($1, $2, $3, $4, $5, $6)`, [partOf(t, num), num, ...columns, last])
}

/** "Ever" as the largest time there is. */
function finite(time: number): number {
  return Math.min(Math.max(time, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)
}
