import type { Tx } from '../runtime/index.ts'
import { checkWritable, readMeta, statusOf } from './meta.ts'
import { SESSION_KIND } from './session-tx.ts'

/** For what lives in the tree of a session: goes on only where that takes writes, or is not there yet. @throws conflict */
export function checkOpen(tx: Pick<Tx, 'entity' | 'now'>, id: string): void {
  const session = tx.entity(SESSION_KIND, id)
  const { outline } = session
  const meta = outline && readMeta(session)
  if (meta !== undefined && outline !== undefined) checkWritable(id, statusOf(meta, outline.updated, outline.expires, tx.now))
}
