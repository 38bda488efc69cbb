import type { ClaimSum, QueueSum, Workload, WorkloadQuery } from '../engine.ts'
import { everyPart, type Tables } from './tables.ts'

/**
 * See `Engine.workload`. One statement: in each partition the queues are gone through from name to name, and a queue's due rows from the
 * oldest on, so that a long queue hides no other one.
 */
export async function workload(t: Tables, { now, most }: WorkloadQuery): Promise<Workload> {
  const outbox = `${t.schema}.outbox`
  const next = (behind: string): string =>
    `(select queue from ${outbox} as row where row.part = known.part and state = 0 ${behind} order by queue limit 1)`
  const sql = `with recursive known(part, queue) as (
      select part.part, first.queue from ${everyPart(t)} cross join lateral (select part.part as part) as known
        cross join lateral ${next('')} as first
      union all select known.part, ${next('and queue > known.queue')} from known where known.queue is not null),
    due as (select known.queue, row.due from known cross join lateral (select due from ${outbox} as row where row.part = known.part
      and row.queue = known.queue and state = 0 and due <= $1 and (owner is null or lease <= $1) order by due limit $2) as row),
    dead as (select row.queue from ${everyPart(t)} cross join lateral
      (select queue from ${outbox} as row where row.part = part.part and state = 3 limit $2) as row),
    held as (select row.* from ${everyPart(t)} cross join lateral
      (select owner, queue, due, lease from ${outbox} as row where row.part = part.part and state = 0 and owner is not null limit $2) as row),
    queues as (select queue, least(sum(due), $2)::int as due, min(oldest) as oldest, least(sum(dead), $2)::int as dead from (
        select queue, count(*) as due, min(due) as oldest, 0 as dead from due group by queue
        union all select queue, 0, null, count(*) from dead group by queue) as row group by queue),
    claims as (select owner, queue, count(*) as count, count(*) filter (where lease <= $1) as lapsed, min(due) as oldest, max(lease) as until
      from held group by owner, queue)
    select (select coalesce(json_agg(claims order by owner collate "C", queue collate "C"), '[]') from claims) as claims,
      (select coalesce(json_agg(queues order by queue collate "C"), '[]') from queues) as queues`
  const [found] = await t.db.query<{ claims: ClaimSum[]; queues: QueueSum[] }>(sql, [now, most])
  return { claims: found?.claims ?? [], queues: found?.queues ?? [] }
}
