import type { EntityRef } from './engine.ts'

/**
 * The partition an entity lives in: FNV-1a (32 bit) over the UTF-8 bytes of tenant, NUL and the first `/`-segment of its
 * id, modulo the number of partitions. The ids of a session's tree begin with the session's, so they share one log, with its
 * user's profile. The name alone says it: a statement that names an entity names its partition (docs/decisions/0010).
 */
export function partitionOf(ref: EntityRef, partitions: number): number {
  if (partitions === 1) return 0
  const [head = ''] = ref.id.split('/', 1)
  return hashOf(`${ref.tenant}\0${head}`, partitions)
}

/** Where something else than an entity is kept, by its name: spread by the same hash. */
export function hashOf(name: string, partitions: number): number {
  return partitions === 1 ? 0 : fnv1a(name) % partitions
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
