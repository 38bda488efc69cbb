import { compareUtf8 } from '../../core/index.ts'
import type { ClaimRequest, OutboxQuery, OutboxRow, OutboxTally, PromisedRow } from '../engine.ts'
import { ordinal, STATES } from '../words.ts'
import type { Connection } from './connection.ts'
import { type StoredOutbox, toOutbox } from './rows.ts'

const COLUMNS = `outbox.id as row_id, entity.tenant, entity.kind, entity.id, queue, state, due, owner, lease, epoch, attempts,
  outbox.created, payload, result`
/** `cross` keeps SQLite from beginning with the entities: it has no statistics, and took a tenant for the narrower one. */
const FROM = 'from outbox cross join entity on entity.num = outbox.num'

/** Takes due rows under a lease. Runs its own transaction: the caller must hold none. */
export function claim(c: Connection, request: ClaimRequest): OutboxRow[] {
  const { owner, queues, now, lease, limit } = request
  return c.transaction(() => {
    // One look per queue follows the index; a look over all of them would sort everything that is due.
    const waiting = [...new Set(queues)].flatMap((queue) =>
      c.all<{ id: string; due: number }>(
        `select id, due from outbox where state = 0 and queue = ? and due <= ? and (owner is null or lease <= ?)
         order by due, id limit ?`,
        queue,
        now,
        now,
        limit,
      ),
    )
    waiting.sort((a, b) => a.due - b.due || compareUtf8(a.id, b.id))
    return waiting.slice(0, limit).flatMap(({ id }) => {
      c.run('update outbox set owner = ?, lease = ?, epoch = epoch + 1, attempts = attempts + 1 where id = ?', owner, lease, id)
      return outboxRow(c, id) ?? []
    })
  })
}

/** Extends claims that are still held; returns the ids of those that are not. */
export function renew(
  c: Connection,
  claims: readonly { readonly id: string; readonly epoch: number }[],
  lease: number,
): string[] {
  const held = (id: string, epoch: number): boolean =>
    c.run('update outbox set lease = ? where id = ? and epoch = ? and state = 0 and owner is not null', lease, id, epoch) === 1
  return claims.filter(({ id, epoch }) => !held(id, epoch)).map(({ id }) => id)
}

export function listOutbox(c: Connection, query: OutboxQuery): OutboxRow[] {
  const where = ['outbox.id > ?']
  const values: (string | number)[] = [query.after ?? '']
  const also = (condition: string, ...more: (string | number)[]): void => {
    where.push(condition)
    values.push(...more)
  }
  if (query.tenant !== undefined) also('entity.tenant = ?', query.tenant)
  const { entity } = query
  if (entity !== undefined) {
    also('outbox.num = (select num from entity where tenant = ? and kind = ? and id = ?)', entity.tenant, entity.kind, entity.id)
  }
  if (query.queue !== undefined) also('queue = ?', query.queue)
  // Said as it is, not as a parameter: only then partial indexes serve.
  if (query.state !== undefined) also(`state = ${ordinal(STATES, query.state)}`)
  if (query.dueBy !== undefined) also('due <= ?', query.dueBy)
  if (query.createdFrom !== undefined) also('outbox.created >= ?', query.createdFrom)
  const sql = `select ${COLUMNS} ${FROM} where ${where.join(' and ')} order by outbox.id limit ?`
  return c.all<StoredOutbox>(sql, ...values, query.limit).map(toOutbox)
}

/** Every row behind an id, with the time it became final. */
export function listPromised(c: Connection, after: string, limit: number): PromisedRow[] {
  const sql = `select ${COLUMNS}, finished ${FROM} where outbox.id > ? order by outbox.id limit ?`
  return c
    .all<StoredOutbox & { readonly finished: number | null }>(sql, after, limit)
    .map((row) => ({ ...toOutbox(row), finished: row.finished }))
}

export function tally(c: Connection, tenant: string, now: number, most: number): OutboxTally {
  const count = (where: string): number =>
    c.get<{ n: number }>(
      `select count(*) as n from (select 1 ${FROM} where ${where} and entity.tenant = ?1 and ?2 > 0 limit ?3)`,
      tenant,
      now,
      most,
    )?.n ?? 0
  return {
    due: count('state = 0 and (owner is null or lease <= ?2)'),
    running: count('state = 0 and owner is not null and lease > ?2'),
    dead: count('state = 3'),
  }
}

export function outboxRow(c: Connection, id: string): OutboxRow | undefined {
  const row = c.get<StoredOutbox>(`select ${COLUMNS} ${FROM} where outbox.id = ?`, id)
  return row && toOutbox(row)
}

/** The earliest unclaimed row of each queue, and the claimed ones, which are few. */
export function nextDue(c: Connection, queues: readonly string[]): number | undefined {
  const times = queues.map(
    (queue) =>
      c.get<{ due: number }>('select due from outbox where state = 0 and queue = ? and owner is null order by due limit 1', queue)
        ?.due,
  )
  const claimed = c.get<{ at: number | null }>(
    `select min(max(due, lease)) as at from outbox where state = 0 and owner is not null
     and queue in (select value from json_each(?))`,
    JSON.stringify(queues),
  )?.at
  const known = [...times, claimed].filter((time) => typeof time === 'number')
  return known.length === 0 ? undefined : Math.min(...known)
}
