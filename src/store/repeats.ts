import { HoldfastError } from '../core/index.ts'
import type { Commit } from './engine.ts'
import { refKey } from './ref.ts'

/** @throws invalid for a commit that names an entity twice, or writes a key of one twice (E2) */
export function refuseRepeats({ id, entities }: Commit): void {
  if (entities.length > 1 && new Set(entities.map(({ entity }) => refKey(entity))).size < entities.length)
    throw new HoldfastError('invalid', `Expected each entity at most once in a commit; commit ${id} names one twice`, {})
  for (const { entity, writes } of entities) {
    if (writes.length < 2 || new Set(writes.map(({ key }) => key)).size === writes.length) continue
    const message = `Expected each key at most once in a commit; ${entity.kind} ${entity.id} has one twice`
    throw new HoldfastError('invalid', message, { entity: entity.id })
  }
}
