import type { Adopted, SweepReport, SweepRequest } from '../engine.ts'
import { OPS, ordinal, RECORD_OPS } from '../words.ts'
import { type ChainNode, type ReadNode, seekNewest, seekNumber, seekOldest, walkBack } from './chain.ts'
import type { Connection } from './connection.ts'
import { refuseHeld } from './custody.ts'
import { lastChange } from './entry-write.ts'

const IMAGE = ordinal(OPS, 'image')

/** Pages handed back to the file system after each call. */
const VACUUM_PAGES = 256

/** Forgets what the request allows, in one transaction. */
export function sweep(c: Connection, file: string, request: SweepRequest): SweepReport {
  const report = c.transaction(() => {
    refuseHeld(c, file)
    return sweepAll(c, request)
  })
  c.db.exec(`pragma incremental_vacuum(${VACUUM_PAGES})`)
  return report
}

function sweepAll(c: Connection, request: SweepRequest): SweepReport {
  return {
    ...sweepEntities(c, request),
    idempotency: c.run(
      'delete from idempotency where rowid in (select rowid from idempotency where at < ? order by at limit ?)',
      request.idempotencyBefore,
      request.limit,
    ),
    outbox: c.run(
      'delete from outbox where rowid in (select rowid from outbox where finished < ? order by finished limit ?)',
      request.settledBefore,
      request.limit,
    ),
  }
}

type Swept = Pick<SweepReport, 'changes' | 'records' | 'next'>

interface SweptEntity {
  readonly num: number
  readonly revision: number
  readonly seq: number
  readonly floor: number
  readonly inherits: number
}

function sweepEntities(c: Connection, request: SweepRequest): Swept {
  const rows = c.all<SweptEntity>(
    'select num, revision, seq, floor, origin is not null and origin_until is null as inherits from entity where num > ? order by num limit ?',
    request.after,
    request.limit,
  )
  c.run('update head set changes = ?', lastChange(c))
  let changes = 0
  let records = 0
  for (const entity of rows) {
    const edge = edgeOf(c, entity, request)
    if (edge === undefined || edge.seq <= entity.floor) continue
    const old = recordsUpTo(c, edge, entity.floor)
    changes += dropVersions(c, entity, old, edge.seq)
    for (const { seq } of old) if (seq < edge.seq) records += c.run('delete from log where seq = ?', seq)
    c.run('update entity set floor = ? where num = ?', edge.seq, entity.num)
    c.run('update head set floor = max(floor, ?)', old[1]?.seq ?? 0)
  }
  return { changes, records, next: rows.length < request.limit ? null : (rows.at(-1)?.num ?? null) }
}

interface OldRecord extends ChainNode {
  readonly seq: number
  readonly at: number
  readonly op: number
  readonly keys: string
}

function readRecord(c: Connection): ReadNode<OldRecord> {
  return (seq) => c.get<OldRecord>('select seq, revision as n, prev, jump, at, op, keys from log where seq = ?', seq)
}

/** The record that becomes the oldest one kept: old enough, superseded often enough, not behind what a fork reads. */
function edgeOf(c: Connection, entity: SweptEntity, request: SweepRequest): OldRecord | undefined {
  const read = readRecord(c)
  const floor = read(entity.floor)?.n ?? 0
  const number = Math.min(entity.revision - request.keepRevisions, floor + request.limit)
  if (number <= floor) return undefined
  const forked =
    c.get<{ seq: number | null }>('select min(origin_seq) as seq from entity where origin = ?', entity.num)?.seq ?? Infinity
  const start = seekNumber(read(entity.seq), number, read)
  return seekNewest(start, (record) => record.at < request.historyBefore && record.seq <= forked, read)
}

/** From the edge, which comes first, down to the last record that is left. */
function recordsUpTo(c: Connection, edge: OldRecord, floor: number): OldRecord[] {
  return [...walkBack(edge, readRecord(c))].filter((record) => record.seq >= floor)
}

/** A version goes when the record that superseded it is at or before the edge; that record names its key. */
function dropVersions(c: Connection, entity: SweptEntity, old: readonly OldRecord[], edge: number): number {
  const named = new Set(old.flatMap((record) => (record.keys === '' ? [] : (JSON.parse(record.keys) as string[]))))
  const every = old.some((record) => RECORD_OPS[record.op] === 'delete')
  const keys = every ? c.all<{ key: string }>('select key from entry where num = ?', entity.num).map((row) => row.key) : named
  let dropped = 0
  for (const key of keys) dropped += dropKey(c, entity, key, edge)
  return dropped
}

type OldVersion = ChainNode & { readonly id: number; readonly until: number }

function dropKey(c: Connection, entity: SweptEntity, key: string, edge: number): number {
  const row = c.get<{ past: number | null; seq: number; gone: number }>(
    'select past, seq, segment is null as gone from entry where num = ? and key = ?',
    entity.num,
    key,
  )
  if (row === undefined) return 0
  const read = (id: number) => c.get<OldVersion>('select id, n, prev, jump, until from change where id = ?', id)
  const newest = row.past === null ? undefined : read(row.past)
  const last = seekNewest(newest, (version) => version.until <= edge, read)
  let dropped = 0
  for (const { id } of [...walkBack(last, read)]) dropped += c.run('delete from change where id = ?', id)
  if (row.gone === 1 && row.seq <= edge && entity.inherits === 0)
    c.run('delete from entry where num = ? and key = ?', entity.num, key)
  return dropped
}

/** See `Engine.adopt`. An adopted version is older than every own one: it goes before the first of its chain, as number 0. */
export function adopt(c: Connection, file: string, num: number, entries: readonly Adopted[], last: boolean): void {
  c.transaction(() => {
    refuseHeld(c, file)
    const fork = c.get<Fork>('select num, born, floor, origin_until as until from entity where num = ?', num)
    if (fork !== undefined) for (const entry of entries) adoptEntry(c, fork, entry)
    if (last) c.run('update entity set origin = null, origin_seq = null, origin_until = null where num = ?', num)
  })
}

interface Fork {
  readonly num: number
  readonly born: number
  readonly floor: number
  readonly until: number | null
}

function adoptEntry(c: Connection, { num, born, floor, until }: Fork, entry: Adopted): void {
  const own = c.get<{ row: number; seq: number; past: number | null; n: number }>(
    'select rowid as row, seq, past, n from entry where num = ? and key = ?',
    num,
    entry.key,
  )
  const read = (id: number) =>
    c.get<ChainNode & { id: number; seq: number }>('select id, n, prev, jump, seq from change where id = ?', id)
  const oldest = seekOldest(own?.past ? read(own.past) : undefined, read)
  const first = oldest?.seq ?? own?.seq
  if (first === born) return
  const end = Math.min(first ?? Infinity, until ?? Infinity)
  if (end <= floor) return
  if (end === Infinity) {
    c.run('insert into entry values (?, ?, ?, 0, 0, null, 0, ?, ?)', num, entry.key, born, entry.subject, entry.segment)
    return
  }
  const id = lastChange(c) + 1
  c.run(
    'insert into change values (?, ?, ?, 0, null, null, ?, ?, ?, ?, ?)',
    id,
    num,
    entry.key,
    born,
    end,
    IMAGE,
    entry.subject,
    entry.segment,
  )
  if (oldest !== undefined) c.run('update change set prev = ? where id = ?', id, oldest.id)
  else if (own !== undefined) c.run('update entry set past = ? where rowid = ?', id, own.row)
  else c.run('insert into entry values (?, ?, ?, 0, 0, ?, 0, null, null)', num, entry.key, end, id)
}
