import type { Commit, Expectation, OutboxWrite, Receipt } from '../engine.ts'
import { refKey } from '../ref.ts'
import type { Data } from './data.ts'

/** Why a commit is not accepted; undefined when it is. `poisoned`: entities touched by what this batch refused before. */
export function refusalOf(data: Data, commit: Commit, poisoned: ReadonlySet<string>): Receipt | undefined {
  const repeated = repeatOf(data, commit)
  if (repeated !== undefined) return repeated
  for (const expected of commit.expect) {
    const refusal = unmet(data, expected, poisoned)
    if (refusal !== undefined) return refusal
  }
  const named = new Set(commit.entities.map(({ entity }) => refKey(entity)))
  for (const write of commit.outbox) {
    const refusal = stale(data, write, named)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

function repeatOf(data: Data, { idempotency }: Commit): Receipt | undefined {
  const known = idempotency && data.idempotency.get(`${idempotency.tenant}\0${idempotency.key}`)
  if (known === undefined) return undefined
  return known.body === idempotency?.body ? { status: 'replayed', receipt: known.receipt } : { status: 'reused' }
}

function unmet(data: Data, expected: Expectation, poisoned: ReadonlySet<string>): Receipt | undefined {
  const name = refKey(expected.entity)
  const entity = data.names.get(name)
  const revision = entity?.row.revision ?? 0
  const { id } = expected.entity
  if (poisoned.has(name) || ('revision' in expected && expected.revision !== revision)) {
    return { status: 'conflict', on: 'entity', id, current: revision }
  }
  if ('revision' in expected) return undefined
  const current = entity?.entries.get(expected)?.seq ?? 0
  return expected.seq === current ? undefined : { status: 'conflict', on: 'entry', id, current }
}

function stale(data: Data, write: OutboxWrite, named: ReadonlySet<string>): Receipt | undefined {
  if (write.op === 'cancel') return undefined
  if (write.op === 'put') {
    const name = refKey(write.entity)
    if (named.has(name) || data.names.has(name)) return undefined
    return { status: 'conflict', on: 'entity', id: write.entity.id, current: 0 }
  }
  const row = data.outbox.get({ row: write })?.row
  if (row?.state === 'due' && row.epoch === write.epoch) return undefined
  return { status: 'conflict', on: 'effect', id: write.id, current: row?.epoch ?? 0 }
}
