import { compareUtf8 } from '../../core/index.ts'
import type { ClaimRequest, OutboxQuery, OutboxRow, OutboxTally, OutboxWrite } from '../engine.ts'
import { refKey } from '../ref.ts'
import { refuseStopped } from './custody.ts'
import { addTo, type Data, type Promised } from './data.ts'

/** Applies one outbox write of an accepted commit. */
export function writeOutbox(data: Data, write: OutboxWrite, at: number): void {
  const known = data.outbox.get({ row: write })
  if (write.op === 'put') put(data, write, at)
  else if (known !== undefined && write.op === 'cancel') cancel(data, known, at)
  else if (known !== undefined && write.op !== 'cancel') end(data, known, write, at)
}

/** Ends what an entity still promised. */
export function cancelOutboxOf(data: Data, num: number, at: number): void {
  for (const id of data.outboxOf.get(num) ?? []) {
    const known = data.outbox.get({ row: { id } })
    if (known !== undefined) cancel(data, known, at)
  }
}

/** See `Engine.claim`. */
export function claimOutbox(data: Data, { owner, queues, now, lease, limit }: ClaimRequest): OutboxRow[] {
  const free = [...new Set(queues)].flatMap((queue) => freeRows(data, queue, now, limit))
  const taken = free.toSorted((a, b) => a.due - b.due || compareUtf8(a.id, b.id)).slice(0, limit)
  if (taken.length > 0) refuseStopped(data)
  return taken.map((row) => {
    const claimed = { ...row, owner, lease, epoch: row.epoch + 1, attempts: row.attempts + 1 }
    update(data, claimed)
    return claimed
  })
}

/** See `Engine.renew`. */
export function renewOutbox(
  data: Data,
  claims: readonly { readonly id: string; readonly epoch: number }[],
  lease: number,
): string[] {
  const lost: string[] = []
  for (const { id, epoch } of claims) {
    const row = data.outbox.get({ row: { id } })?.row
    if (row?.state === 'due' && row.owner !== null && row.epoch === epoch) extend(data, row, lease)
    else lost.push(id)
  }
  return lost
}

export function listOutbox(data: Data, query: OutboxQuery): OutboxRow[] {
  const found: OutboxRow[] = []
  for (const row of candidates(data, query)) {
    if (found.length >= query.limit) break
    const matches =
      (query.after === undefined || compareUtf8(row.id, query.after) > 0) &&
      (query.tenant === undefined || row.entity.tenant === query.tenant) &&
      (query.queue === undefined || row.queue === query.queue) &&
      (query.state === undefined || row.state === query.state) &&
      (query.dueBy === undefined || row.due <= query.dueBy) &&
      (query.createdFrom === undefined || row.created >= query.createdFrom)
    if (matches) found.push(row)
  }
  return found
}

/** See `Engine.tally`. */
export function tallyOutbox(data: Data, tenant: string, now: number, most: number): OutboxTally {
  let [due, running, dead] = [0, 0, 0]
  for (const { row } of data.outbox.from({ row: { id: '' } })) {
    if (row.entity.tenant !== tenant) continue
    const isHeld = row.owner !== null && (row.lease ?? 0) > now
    if (row.state === 'dead') dead++
    else if (row.state === 'due' && isHeld) running++
    else if (row.state === 'due') due++
  }
  return { due: Math.min(due, most), running: Math.min(running, most), dead: Math.min(dead, most) }
}

/** See `Engine.nextDue`. */
export function nextDueOf(data: Data, queues: readonly string[]): number | undefined {
  let next: number | undefined
  for (const queue of queues) {
    for (const row of rowsOf(data, queue)) {
      if (next !== undefined && row.due >= next) break
      const ready = row.owner === null ? row.due : Math.max(row.due, row.lease ?? 0)
      if (next === undefined || ready < next) next = ready
    }
  }
  return next
}

export function forgetOutbox(data: Data, { row, num, finished }: Promised): void {
  data.outbox.delete({ row })
  data.waiting.delete(row)
  data.outboxOf.get(num)?.delete(row.id)
  if (finished !== null) data.finished.delete({ finished, id: row.id })
}

function put(data: Data, write: OutboxWrite & { op: 'put' }, at: number): void {
  const { id, queue, due, payload, claim } = write
  const known = data.outbox.get({ row: write })
  const num = data.names.get(refKey(write.entity))?.row.num ?? 0
  const { tenant, kind, id: name } = write.entity
  const attempts = claim === undefined ? 0 : 1
  const row: OutboxRow = {
    ...{ id, entity: { tenant, kind, id: name }, queue, state: 'due', due },
    ...{ owner: claim?.owner ?? null, lease: claim?.lease ?? null, epoch: known === undefined ? attempts : known.row.epoch + 1 },
    ...{ attempts, created: at, payload, result: null },
  }
  keepOutbox(data, { row, num, finished: null })
}

function end(data: Data, known: Promised, write: OutboxWrite & { op: 'settle' | 'release' }, at: number): void {
  const row = { ...known.row, owner: null, lease: null, result: write.result }
  if (write.op === 'settle') keepOutbox(data, { ...known, row: { ...row, state: write.state }, finished: at })
  else keepOutbox(data, { ...known, row: { ...row, due: write.due } })
}

function cancel(data: Data, known: Promised, at: number): void {
  if (known.row.state !== 'due' && known.row.state !== 'dead') return
  keepOutbox(data, { ...known, row: { ...known.row, state: 'cancelled', owner: null, lease: null }, finished: at })
}

function extend(data: Data, row: OutboxRow, lease: number): void {
  refuseStopped(data)
  update(data, { ...row, lease })
}

function update(data: Data, row: OutboxRow): void {
  const known = data.outbox.get({ row })
  if (known !== undefined) keepOutbox(data, { ...known, row })
}

/** Puts a row in the place of the one of its id. */
export function keepOutbox(data: Data, next: Promised): void {
  const known = data.outbox.get(next)
  if (known !== undefined) forgetOutbox(data, known)
  data.outbox.set(next)
  addTo(data.outboxOf, next.num, next.row.id)
  if (next.row.state === 'due') data.waiting.set(next.row)
  if (next.finished !== null) data.finished.set({ finished: next.finished, id: next.row.id })
}

function freeRows(data: Data, queue: string, now: number, limit: number): OutboxRow[] {
  const free: OutboxRow[] = []
  for (const row of rowsOf(data, queue)) {
    if (row.due > now || free.length >= limit) break
    if (row.owner === null || (row.lease ?? 0) <= now) free.push(row)
  }
  return free
}

/** Rows of a queue in state `due`, by time. */
function* rowsOf(data: Data, queue: string): Generator<OutboxRow, void, undefined> {
  for (const row of data.waiting.from({ queue, due: Number.NEGATIVE_INFINITY, id: '' })) {
    if (row.queue !== queue) return
    yield row
  }
}

function* candidates(data: Data, { entity, after = '' }: OutboxQuery): Generator<OutboxRow, void, undefined> {
  if (entity === undefined) {
    for (const { row } of data.outbox.from({ row: { id: after } })) yield row
    return
  }
  const num = data.names.get(refKey(entity))?.row.num ?? 0
  for (const id of [...(data.outboxOf.get(num) ?? [])].toSorted(compareUtf8)) {
    const known = data.outbox.get({ row: { id } })
    if (known !== undefined) yield known.row
  }
}
