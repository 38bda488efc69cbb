import type { ClaimSum, QueueSum, Workload, WorkloadQuery } from '../engine.ts'
import type { Connection } from './connection.ts'

/** Queues with rows in state `due`, each found behind the one before it: however many rows a queue has, it costs one look. */
const KNOWN = `known(queue) as (select min(queue) from outbox where state = 0
  union all select (select min(queue) from outbox where state = 0 and queue > known.queue) from known where known.queue is not null)`

/** See `Engine.workload`. */
export function workload(c: Connection, { now, most }: WorkloadQuery): Workload {
  const claims = c.all<ClaimSum>(
    `select owner, queue, count(*) as count, sum(lease <= ?1) as lapsed, min(due) as oldest, max(lease) as until
     from (select owner, queue, due, lease from outbox where state = 0 and owner is not null limit ?2)
     group by owner, queue order by owner, queue`,
    now,
    most,
  )
  const free = 'state = 0 and outbox.queue = known.queue and due <= ?1 and (owner is null or lease <= ?1)'
  const queues = c.all<QueueSum>(
    `with recursive ${KNOWN},
     due as (select queue, (select count(*) from (select 1 from outbox where ${free} limit ?2)) as due,
       (select min(due) from outbox where ${free}) as oldest, 0 as dead from known where queue is not null),
     dead as (select queue, 0, null, count(*) from (select queue from outbox where state = 3 limit ?2) group by queue)
     select queue, sum(due) as due, min(oldest) as oldest, sum(dead) as dead
     from (select * from due where due > 0 union all select * from dead) group by queue order by queue`,
    now,
    most,
  )
  return { claims, queues }
}
