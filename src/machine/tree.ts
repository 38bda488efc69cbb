import type { EntityTx, TreeChange, Tx } from '../runtime/index.ts'
import type { EntityRef, Store } from '../store/index.ts'
import { MACHINE_KIND, ROOT_KIND } from './address.ts'
import { Cascade } from './cascade.ts'
import { expiryOf, remindOfExpiry } from './expiry.ts'
import type { Machines } from './machines.ts'

/** With more instances than a commit can hold their session cannot end: `too_large` says so. */
const MOST_INSTANCES = 1000

/**
 * What becomes of the instances of a session that is closed, deleted, or to expire: they are stopped, deleted, or will look then. All
 * in the commit of that change.
 */
export function followSession(machines: Machines, store: Store) {
  return (tx: Tx, root: EntityRef, change: TreeChange): void => {
    if (root.kind !== ROOT_KIND) return
    const stored = tx.loaded(`instances of ${root.id}`, () => instancesOf(store, root))
    const cascade = Cascade.of(tx, machines)
    const ids = new Set([...stored, ...cascade.idsIn(root.id)])
    if (change.do !== 'expire') cascade.end(ids, change.do)
    else for (const instance of cascade.living(ids)) remindOfExpiry(instance.entity, change.at, instance.known)
    cascade.finish()
  }
}

async function instancesOf({ engine }: Store, { tenant, id }: EntityRef): Promise<readonly string[]> {
  const query = { tenant, kind: MACHINE_KIND, root: id, order: 'id', deleted: false, limit: MOST_INSTANCES } as const
  return (await engine.entities(query)).map((row) => row.id)
}

/** What is decided when an instance is to look: its session has expired, or lives on for a while. */
export function lookAtExpiry(cascade: Cascade, entity: EntityTx): void {
  const { tx } = cascade
  const expires = expiryOf(tx, entity)
  if (expires === null) return
  if (expires <= tx.now) cascade.end([entity.ref.id], 'close')
  else for (const instance of cascade.living([entity.ref.id])) remindOfExpiry(entity, expires, instance.known)
  cascade.finish()
}
