import type { EntityRef, Growth } from '../engine.ts'
import { allEntities, type Data, type Entity } from './data.ts'

/** What is large and what grows. Reads everything: for an operator's question, not for a request. */
export function growthOf(data: Data, top: number): Growth {
  const entities = allEntities(data)
  return {
    entities: entities.length,
    records: data.partitions.reduce((sum, { log }) => sum + log.size, 0),
    bytes: 0,
    largestEntities: largest(entities.flatMap(sizeOf), ({ bytes }) => bytes, top),
    largestKeys: largest(entities.flatMap(keysOf), ({ bytes }) => bytes, top),
    busiestKeys: largest(entities.flatMap(changesOf), ({ changes }) => changes, top),
  }
}

function largest<Item>(items: readonly Item[], measure: (item: Item) => number, top: number): Item[] {
  return items.toSorted((a, b) => measure(b) - measure(a)).slice(0, top)
}

function sizeOf(entity: Entity) {
  const keys = keysOf(entity)
  const bytes = keys.reduce((sum, key) => sum + key.bytes, 0)
  return keys.length === 0 ? [] : [{ entity: refOf(entity.row), bytes, entries: keys.length }]
}

function keysOf({ row, entries }: Entity) {
  return [...entries].flatMap(({ key, segment }) => (segment === null ? [] : { entity: refOf(row), key, bytes: segment.length }))
}

function changesOf({ row, changes }: Entity) {
  const counts = new Map<string, number>()
  for (const { key } of changes) counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts].map(([key, count]) => ({ entity: refOf(row), key, changes: count }))
}

function refOf({ tenant, kind, id }: EntityRef): EntityRef {
  return { tenant, kind, id }
}
