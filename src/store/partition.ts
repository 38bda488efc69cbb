import type { EntityRef } from './engine.ts'

/**
 * The partition an entity is born into: FNV-1a (32 bit) over the UTF-8 bytes of tenant, NUL and the first `/`-segment
 * of its root (its own id when it has none), modulo the number of partitions. A session's tree and its user's profile
 * so share one log. Engines use it once, when an entity is created; from then on `num % partitions` says it.
 */
export function partitionOf(ref: EntityRef, root: string | null, partitions: number): number {
  if (partitions === 1) return 0
  const [head = ''] = (root ?? ref.id).split('/', 1)
  return fnv1a(`${ref.tenant}\0${head}`) % partitions
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
