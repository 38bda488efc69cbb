import { compareUtf8 } from '../../core/index.ts'
import type { ClaimSum, OutboxRow, QueueSum, Workload, WorkloadQuery } from '../engine.ts'
import type { Data } from './data.ts'

/** See `Engine.workload`. */
export function workloadOf(data: Data, { now, most }: WorkloadQuery): Workload {
  const rows = [...data.outbox.from({ row: { id: '' } })].map(({ row }) => row)
  const held = rows.filter(({ state, owner }) => state === 'due' && owner !== null).slice(0, most)
  const dead = rows.filter(({ state }) => state === 'dead').slice(0, most)
  const due = rows.filter((row) => row.state === 'due' && row.due <= now && (row.owner === null || (row.lease ?? 0) <= now))
  const owners = Map.groupBy(held, ({ owner, queue }) => JSON.stringify([owner, queue]))
  const waiting = Map.groupBy(due, ({ queue }) => queue)
  const failed = Map.groupBy(dead, ({ queue }) => queue)
  const queues = [...new Set([...waiting.keys(), ...failed.keys()])].map((queue): QueueSum => {
    const rest = waiting.get(queue) ?? []
    const oldest = rest.length === 0 ? null : earliest(rest)
    return { queue, due: Math.min(rest.length, most), oldest, dead: failed.get(queue)?.length ?? 0 }
  })
  const claims = [...owners.values()].map((group) => sumOf(group, now))
  return {
    claims: claims.toSorted((a, b) => compareUtf8(a.owner, b.owner) || compareUtf8(a.queue, b.queue)),
    queues: queues.toSorted((a, b) => compareUtf8(a.queue, b.queue)),
  }
}

function sumOf(group: readonly OutboxRow[], now: number): ClaimSum {
  const leases = group.map(({ lease }) => lease ?? 0)
  return {
    owner: group[0]?.owner ?? '',
    queue: group[0]?.queue ?? '',
    count: group.length,
    lapsed: leases.filter((lease) => lease <= now).length,
    oldest: earliest(group),
    until: Math.max(...leases),
  }
}

function earliest(rows: readonly OutboxRow[]): number {
  return rows.reduce((least, { due }) => Math.min(least, due), Number.POSITIVE_INFINITY)
}
