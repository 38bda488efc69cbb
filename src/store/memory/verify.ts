import type { Damage } from '../engine.ts'
import { allEntities, type Data, type Entity, entityByNum, type Partition, partitionOfNum } from './data.ts'

/** Checks whether what is kept agrees with itself. Each finding names what it is about. */
export function* verifyData(data: Data): Generator<Damage, void, undefined> {
  for (const partition of data.partitions) yield* verifyLog(partition)
  for (const entity of allEntities(data)) {
    yield* verifyHead(data, entity)
    yield* verifyEntries(data, entity)
    yield* verifyChanges(entity)
  }
  yield* verifyTerms(data)
  for (const { row, num } of data.outbox) {
    if (entityByNum(data, num) !== undefined) continue
    yield {
      code: 'outbox_orphan',
      message: `Outbox row ${row.id} belongs to entity ${num}, which does not exist`,
      num,
      key: row.id,
    }
  }
}

function* verifyLog({ seq: head, floor, log }: Partition): Generator<Damage, void, undefined> {
  let before = floor
  for (const { seq } of log.from({ seq: floor + 1 })) {
    if (seq !== before + 1)
      yield { code: 'log_gap', message: `Before record ${seq} of the log ${seq - before - 1} are missing`, seq }
    before = seq
  }
  if (before !== head)
    yield { code: 'log_head', message: `The counter stands at ${head}, the newest record at ${before}`, seq: head }
}

function* verifyHead(data: Data, { row }: Entity): Generator<Damage, void, undefined> {
  const { num, seq, revision } = row
  const newest = partitionOfNum(data, num).log.get({ seq })
  if (newest?.num === num && newest.revision === revision) return
  const message = `Entity ${num} stands at revision ${revision}, but its newest record says ${newest?.revision ?? 'nothing'}`
  yield { code: 'entity_head', message, num, seq }
}

function* verifyEntries(data: Data, { row, entries }: Entity): Generator<Damage, void, undefined> {
  const { num, born, floor, seq: newest } = row
  const { log } = partitionOfNum(data, num)
  for (const { key, seq } of entries) {
    const recorded = seq < floor || log.get({ seq })?.num === num
    if (seq >= born && seq <= newest && recorded) continue
    yield {
      code: 'entry_version',
      message: `The current version of ${key} (seq ${seq}) does not fit entity ${num}`,
      num,
      key,
      seq,
    }
  }
}

function* verifyChanges({ row, changes }: Entity): Generator<Damage, void, undefined> {
  const { num, seq: newest } = row
  for (const { key, seq, until } of changes) {
    if (seq < until && until <= newest) continue
    yield { code: 'change_span', message: `The version of ${key} at ${seq} ends at ${until}, which cannot be`, num, key, seq }
  }
}

function* verifyTerms(data: Data): Generator<Damage, void, undefined> {
  for (const { num, name } of data.terms) {
    if (entityByNum(data, num)?.row.deleted === false) continue
    yield { code: 'term_orphan', message: `Term ${name} belongs to entity ${num}, which does not live`, num, key: name }
  }
}
