import type { TreeChange, Tx } from '../runtime/index.ts'
import { SESSION_KIND } from '../session/index.ts'
import type { EntityRef, Store } from '../store/index.ts'
import { RUN_KIND } from './address.ts'
import { RunControl } from './run-control.ts'
import { RunLife } from './run-life.ts'

/** With more runs than a commit can hold their session cannot end: `too_large` says so. */
const MOST_RUNS = 1000

/** What becomes of the runs of a session that is closed or deleted: they end with it, in the commit of that change. */
export function endRuns(store: Store) {
  return (tx: Tx, root: EntityRef, change: TreeChange): void => {
    if (root.kind !== SESSION_KIND || change.do === 'expire') return
    const ids = tx.loaded(`runs of ${root.id}`, () => runsOf(store, root))
    for (const id of ids) new RunControl(new RunLife(tx, id)).endWith(change.do)
  }
}

async function runsOf({ engine }: Store, { tenant, id }: EntityRef): Promise<readonly string[]> {
  const query = { tenant, kind: RUN_KIND, root: id, order: 'id', deleted: false, limit: MOST_RUNS } as const
  return (await engine.entities(query)).map((row) => row.id)
}
