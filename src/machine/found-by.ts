import type { EntityTx } from '../runtime/index.ts'
import { activeStates, type Snapshot, tagsOf } from '../statechart/index.ts'
import type { Work } from './work.ts'

/** What an instance is found by: its states (outer ones too), their tags, and its status. */
export type FoundBy = Readonly<Record<'state' | 'tag' | 'status', readonly string[]>>

export function foundBy(snapshot: Snapshot, { stopped }: Work): FoundBy {
  return { state: activeStates(snapshot), tag: tagsOf(snapshot), status: [stopped === true ? 'stopped' : snapshot.status] }
}

/** Writes the terms that are not as before. */
export function writeTerms(entity: EntityTx, found: FoundBy, before?: FoundBy): void {
  for (const name of ['state', 'tag', 'status'] as const) {
    const values = found[name]
    const known = before?.[name]
    const isSame = known?.length === values.length && known.every((value, i) => value === values[i])
    if (!isSame) entity.term(name, values)
  }
}
