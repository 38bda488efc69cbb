import { compareUtf8 } from '../../core/index.ts'
import type { EntityQuery, EntityRow } from '../engine.ts'
import { type Data, entityByNum } from './data.ts'

/** See `Engine.entities`. */
export function listEntities(data: Data, query: EntityQuery): EntityRow[] {
  const found: EntityRow[] = []
  for (const row of ordered(data, query)) {
    if (found.length >= query.limit || isBeyond(row, query)) break
    if (matches(row, query)) found.push(row)
  }
  return found
}

/** See `Engine.count`. */
export function countEntities(data: Data, tenant: string, kind: string, most: number): number {
  return listEntities(data, { tenant, kind, order: 'id', deleted: false, limit: most }).length
}

/** See `Engine.expired`. */
export function listExpired(data: Data, now: number, limit: number): EntityRow[] {
  const found: EntityRow[] = []
  for (const row of data.byExpiry) {
    if (found.length >= limit || row.expires === null || row.expires > now) break
    found.push(row)
  }
  return found
}

/** See `Engine.forks`. */
export function listForks(data: Data, query: { num?: number; createdBefore?: number; limit: number }): EntityRow[] {
  const { num, createdBefore = Number.POSITIVE_INFINITY, limit } = query
  const found: EntityRow[] = []
  for (const row of num === undefined ? data.forks : forksOf(data, num)) {
    if (found.length >= limit) break
    if (row.created < createdBefore) found.push(row)
  }
  return found
}

/** The forks that read from one entity, by num. */
export function forksOf(data: Data, num: number): EntityRow[] {
  const nums = [...(data.forksOf.get(num) ?? [])].toSorted((a, b) => a - b)
  return nums.flatMap((each) => entityByNum(data, each)?.row ?? [])
}

/** Rows from where the query continues, in its order, up to at least the end of its tenant. */
function ordered(data: Data, { tenant, kind, root, order, after, prefix }: EntityQuery): Iterable<EntityRow> {
  if (order === 'updated') {
    const first = after === undefined ? { updated: Number.MAX_SAFE_INTEGER, num: Number.POSITIVE_INFINITY } : after
    const from = data.byUpdated.from({ tenant, updated: first.updated, num: first.num })
    return after === undefined ? from : from.filter((row) => row.num !== after.num)
  }
  const first = startOf(kind, after, prefix)
  const from = root === undefined ? data.byId.from({ tenant, ...first }) : data.byRoot.from({ tenant, root, ...first })
  return from.filter((row) => row.kind !== after?.kind || row.id !== after.id)
}

function startOf(kind = '', after?: Place, prefix?: string): Place {
  const first = kind !== '' && prefix !== undefined ? { kind, id: prefix } : { kind, id: '' }
  return after !== undefined && comparePlaces(after, first) >= 0 ? { kind: after.kind, id: after.id } : first
}

interface Place {
  readonly kind: string
  readonly id: string
}

function comparePlaces(a: Place, b: Place): number {
  return compareUtf8(a.kind, b.kind) || compareUtf8(a.id, b.id)
}

/** The scan has left what the query asks for: rows come by tenant, then root where one is named, then kind. */
function isBeyond(row: EntityRow, { tenant, root, kind, order }: EntityQuery): boolean {
  if (row.tenant !== tenant) return true
  if (order === 'updated') return false
  return (root !== undefined && row.root !== root) || (kind !== undefined && row.kind !== kind)
}

function matches(row: EntityRow, query: EntityQuery): boolean {
  return (
    (query.kind === undefined || row.kind === query.kind) &&
    (query.root === undefined || row.root === query.root) &&
    (query.deleted === undefined || row.deleted === query.deleted) &&
    (query.prefix === undefined || row.id.startsWith(query.prefix)) &&
    (query.updatedFrom === undefined || row.updated >= query.updatedFrom) &&
    (query.updatedTo === undefined || row.updated < query.updatedTo)
  )
}
