import type { EntityRef } from './engine.ts'

/** One string for an entity's name, for maps. Names hold no NUL. */
export function refKey(ref: EntityRef): string {
  return `${ref.tenant}\0${ref.kind}\0${ref.id}`
}
