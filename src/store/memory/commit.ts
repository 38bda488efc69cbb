import type { Commit, EntityCommit, EntityRow, LogRow, Receipt, RecordRef } from '../engine.ts'
import { partitionOf } from '../partition.ts'
import { refKey } from '../ref.ts'
import { refuseRepeats } from '../repeats.ts'
import { refuseStopped } from './custody.ts'
import { createEntity, type Data, type Entity, type Partition, partitionOfNum, replaceRow } from './data.ts'
import { cancelOutboxOf, writeOutbox } from './outbox.ts'
import { refusalOf } from './refusal.ts'
import { remember } from './remembered.ts'
import { removeTerms, writeTerms } from './terms.ts'
import { removeEntries, writeEntry } from './write.ts'

/** See `Engine.commit`. Each commit is checked whole, then written whole, so there is nothing to roll back. */
export function commitBatch(data: Data, batch: readonly Commit[]): Receipt[] {
  for (const commit of batch) refuseRepeats(commit)
  const poisoned = new Set<string>()
  return batch.map((commit) => {
    const refusal = refusalOf(data, commit, poisoned)
    if (refusal === undefined) return write(data, commit)
    for (const { entity } of [...commit.expect, ...commit.entities]) poisoned.add(refKey(entity))
    return refusal
  })
}

function write(data: Data, commit: Commit): Receipt {
  if (commit.entities.length > 0 || commit.outbox.length > 0 || commit.idempotency) refuseStopped(data)
  const touched = commit.entities.map((change) => ({
    change,
    entity: data.names.get(refKey(change.entity)) ?? bear(data, change),
  }))
  // Later entities overwrite earlier ones: what stays is the last of each partition.
  const lasts = new Map(touched.map(({ entity }) => [partitionOfNum(data, entity.row.num), entity]))
  const records = touched.map(({ change, entity }) => {
    return writeEntity(data, commit, change, entity, lasts.get(partitionOfNum(data, entity.row.num)) === entity)
  })
  for (const each of commit.outbox) writeOutbox(data, each, commit.at)
  if (commit.idempotency) remember(data, { ...commit.idempotency, at: commit.at })
  return { status: 'ok', records }
}

/** A new entity, as it is before its first record. */
function bear(data: Data, { entity: { tenant, kind, id }, root = null, origin }: EntityCommit): Entity {
  const home = partitionOf({ tenant, kind, id }, data.partitions.length)
  const { entities } = data.partitions[home] as Partition
  const num = (entities.length + 1) * data.partitions.length + home
  const entity = createEntity({
    ...{ num, tenant, kind, id, root, origin: origin ? { num: origin.num, seq: origin.seq, until: null } : null },
    ...{ revision: 0, seq: 0, born: 0, floor: 0, deleted: false, schema: null, created: 0, updated: 0, expires: null },
  })
  entities.push(entity)
  data.names.set(refKey(entity.row), entity)
  return entity
}

function writeEntity(data: Data, commit: Commit, change: EntityCommit, entity: Entity, last: boolean): RecordRef {
  const partition = partitionOfNum(data, entity.row.num)
  const seq = ++partition.seq
  const op = change.delete ? 'delete' : entity.row.revision === 0 || entity.row.deleted ? 'create' : 'write'
  replaceRow(data, entity, nextRow(entity.row, change, op, seq, Math.max(commit.at, entity.row.updated)))
  const { num, revision, updated: at } = entity.row
  const keys = op === 'delete' ? [] : change.writes.filter((each) => writeEntry(entity, each, seq)).map(({ key }) => key)
  if (op === 'delete') {
    removeEntries(entity, seq)
    removeTerms(data, entity)
    cancelOutboxOf(data, num, at)
  } else {
    for (const each of change.terms) writeTerms(data, entity, each)
  }
  const { id, actor, cause, source, trust, store } = commit
  const record = {
    seq,
    commit: id,
    last,
    num,
    revision,
    op,
    at,
    actor,
    cause,
    source,
    trust,
    store,
    event: change.event,
    keys,
  } as const
  partition.log.set(record)
  entity.records.push(record)
  return { num, seq, revision, at }
}

function nextRow(row: EntityRow, change: EntityCommit, op: LogRow['op'], seq: number, at: number): EntityRow {
  const first = row.revision === 0
  const { root = row.root, schema = row.schema, expires = row.expires } = change
  return {
    ...row,
    root: op === 'create' ? root : row.root,
    origin: op === 'delete' && row.origin?.until === null ? { ...row.origin, until: seq } : row.origin,
    revision: row.revision + 1,
    seq,
    born: first ? seq : row.born,
    floor: first ? seq : row.floor,
    deleted: op === 'delete',
    schema,
    created: first || op === 'create' ? at : row.created,
    updated: at,
    expires: op === 'delete' ? null : expires,
  }
}
