import { compareUtf8 } from '../../core/index.ts'
import type { ClaimRequest, OutboxQuery, OutboxRow, OutboxTally } from '../engine.ts'
import { hashOf } from '../partition.ts'
import { ordinal, STATES } from '../words.ts'
import { type StoredOutbox, toOutbox } from './rows.ts'
import { everyPart, isStorable, lookingUp, storable, type Tables, Values } from './tables.ts'

/** The columns of a row as `toOutbox` takes it. */
export const COLUMNS = 'id, tenant, kind, entity, queue, state, due, owner, lease, epoch, attempts, created, payload, result'
const FREE = 'state = 0 and due <= $2 and (owner is null or lease <= $2)'

/** Takes due rows under a lease. Rows that somebody else is just taking are passed over. */
export async function claim(t: Tables, { owner, queues, now, lease, limit }: ClaimRequest): Promise<OutboxRow[]> {
  const columns = COLUMNS.split(', ').map((column) => `taken.${column}`)
  const sql = `with free as (
      select row.part, row.id from (select distinct unnest($1::text[]) as queue) as wanted cross join ${everyPart(t)}
      cross join lateral (select outbox.part, id, due from ${t.schema}.outbox where outbox.part = part.part and outbox.queue = wanted.queue and ${FREE}
        order by due, id limit $3) as row order by row.due, row.id limit $3),
    locked as (select outbox.part, outbox.id from ${t.schema}.outbox join free on free.part = outbox.part and free.id = outbox.id
      where ${FREE} for update of outbox skip locked)
    update ${t.schema}.outbox as taken set owner = $4, lease = $5, epoch = epoch + 1, attempts = attempts + 1
    from locked where taken.part = locked.part and taken.id = locked.id returning ${columns.join(', ')}`
  const rows = await t.db.query<StoredOutbox>(sql, [queues.filter(isStorable), now, limit, owner, lease])
  return rows.map(toOutbox).sort((a, b) => a.due - b.due || compareUtf8(a.id, b.id))
}

/** Extends claims that are still held; returns the ids of those that are not. */
export async function renew(
  t: Tables,
  claims: readonly { readonly id: string; readonly epoch: number }[],
  lease: number,
): Promise<string[]> {
  const sql = `with locked as (
      select found.part, found.id from (select * from unnest($1::int[], $2::text[], $3::bigint[]) as claim(part, id, epoch) order by part, id) as held
      cross join lateral (select outbox.part, outbox.id from ${t.schema}.outbox where outbox.part = held.part and outbox.id = held.id
        and outbox.epoch = held.epoch and state = 0 and owner is not null for update) as found)
    update ${t.schema}.outbox as row set lease = $4 from locked where row.part = locked.part and row.id = locked.id returning row.id`
  const ids = claims.map(({ id }) => id)
  const held = claims.filter(({ id }) => isStorable(id))
  const values = [held.map(({ id }) => hashOf(id, t.partitions)), held.map(({ id }) => id), held.map(({ epoch }) => epoch), lease]
  const kept = new Set((await t.db.query<{ id: string }>(sql, values)).map(({ id }) => id))
  return ids.filter((id) => !kept.has(id))
}

export async function listOutbox(t: Tables, query: OutboxQuery): Promise<OutboxRow[]> {
  const { tenant, entity, queue, state, dueBy, createdFrom, after = '', limit } = query
  const values = new Values(storable(after), limit)
  const where = ['outbox.part = part.part', 'id > $1']
  if (tenant !== undefined) where.push(`tenant = ${values.add(tenant)}`)
  if (entity !== undefined)
    where.push(
      `tenant = ${values.add(entity.tenant)} and kind = ${values.add(entity.kind)} and entity = ${values.add(entity.id)}`,
    )
  if (queue !== undefined) where.push(`queue = ${values.add(queue)}`)
  // Said as it is, not as a parameter: only then partial indexes serve.
  if (state !== undefined) where.push(`state = ${ordinal(STATES, state)}`)
  if (dueBy !== undefined) where.push(`due <= ${values.add(dueBy)}`)
  if (createdFrom !== undefined) where.push(`created >= ${values.add(createdFrom)}`)
  const sql = `select row.* from ${everyPart(t)} cross join lateral (select ${COLUMNS} from ${t.schema}.outbox where ${where.join(' and ')}
    order by id limit $2) as row order by id limit $2`
  return (await lookingUp(t.db).query<StoredOutbox>(sql, values.list)).map(toOutbox)
}

export async function tally(t: Tables, tenant: string, now: number, most: number): Promise<OutboxTally> {
  const count = (where: string): string =>
    `(select count(*) from (select 1 from ${everyPart(t)} cross join lateral (select from ${t.schema}.outbox
      where outbox.part = part.part and tenant = $1 and ${where} limit $3) as own limit $3) as row)`
  const sql = `select $2::bigint as now, ${count('state = 0 and (owner is null or lease <= $2)')} as due,
    ${count('state = 0 and owner is not null and lease > $2')} as running, ${count('state = 3')} as dead`
  const [row] = await lookingUp(t.db).query<OutboxTally>(sql, [tenant, now, most])
  return { due: row?.due ?? 0, running: row?.running ?? 0, dead: row?.dead ?? 0 }
}

export async function outboxRow(t: Tables, id: string): Promise<OutboxRow | undefined> {
  const sql = `select ${COLUMNS} from ${t.schema}.outbox where part = $1 and id = $2`
  const [row] = await lookingUp(t.db).query<StoredOutbox>(sql, [hashOf(id, t.partitions), id])
  return row && toOutbox(row)
}

/** The earliest unclaimed row of each queue, and the claimed ones, which are few. */
export async function nextDue(t: Tables, queues: readonly string[]): Promise<number | undefined> {
  const sql = `select min(least(free.due, held.at)) as at from (select distinct unnest($1::text[]) as queue) as wanted cross join ${everyPart(t)}
    left join lateral (select due from ${t.schema}.outbox where outbox.part = part.part and queue = wanted.queue and state = 0 and owner is null
      order by due limit 1) as free on true
    left join lateral (select min(greatest(due, lease)) as at from ${t.schema}.outbox where outbox.part = part.part and queue = wanted.queue
      and state = 0 and owner is not null) as held on true`
  const [row] = await t.db.query<{ at: number | null }>(sql, [queues.filter(isStorable)])
  return row?.at ?? undefined
}
