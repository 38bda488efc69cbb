import type { TreeChange, Tx } from '../runtime/index.ts'
import { SESSION_KIND } from '../session/index.ts'
import type { EntityRef, Store } from '../store/index.ts'
import { CONVERSATION_KIND } from './address.ts'

/** With more conversations than a commit can hold their session cannot be deleted: `too_large` says so. */
const MOST_CONVERSATIONS = 1000

/** The conversations of a session that is deleted are deleted with it, in the commit of that change. */
export function endConversations(store: Store) {
  return (tx: Tx, root: EntityRef, change: TreeChange): void => {
    if (root.kind !== SESSION_KIND || change.do !== 'destroy') return
    for (const id of tx.loaded(`conversations of ${root.id}`, () => conversationsIn(store, root))) {
      const entity = tx.entity(CONVERSATION_KIND, id)
      if (!entity.exists) continue
      entity.event('destroy')
      entity.destroy()
    }
  }
}

async function conversationsIn({ engine }: Store, { tenant, id }: EntityRef): Promise<readonly string[]> {
  const query = { tenant, kind: CONVERSATION_KIND, root: id, order: 'id', deleted: false, limit: MOST_CONVERSATIONS } as const
  return (await engine.entities(query)).map((row) => row.id)
}
