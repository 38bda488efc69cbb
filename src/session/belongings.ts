import type { TreeChange, Tx } from '../runtime/index.ts'
import type { EntityRef, Store } from '../store/index.ts'
import { SESSION_KIND } from './session-tx.ts'

/** With more than a commit can hold their session cannot be deleted: `too_large` says so. */
const MOST = 1000

/** What becomes of all that lives in the tree of a session, of whatever kind: it is deleted with it, in the same commit. */
export function endBelongings(store: Store) {
  return (tx: Tx, root: EntityRef, change: TreeChange): void => {
    if (root.kind !== SESSION_KIND || change.do !== 'destroy') return
    const found = tx.loaded(`belongings of ${root.id}`, () => belongingsOf(store, root))
    for (const { kind, id } of found) {
      const entity = tx.entity(kind, id)
      if (entity.exists) entity.destroy()
    }
  }
}

async function belongingsOf({ engine }: Store, { tenant, id }: EntityRef): Promise<readonly EntityRef[]> {
  const rows = await engine.entities({ tenant, root: id, order: 'id', deleted: false, limit: MOST })
  return rows.map((row) => ({ tenant, kind: row.kind, id: row.id }))
}
