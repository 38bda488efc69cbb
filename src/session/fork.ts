import { HoldfastError, parsePath } from '../core/index.ts'
import type { Revision, Timeline, Tx } from '../runtime/index.ts'
import type { EntityRow } from '../store/index.ts'
import { anySession } from './define.ts'
import { decodeMeta, META_KEY, newMeta, type SessionMeta, writeMeta } from './meta.ts'
import { readPathAt } from './past.ts'
import { SESSION_KIND } from './session-tx.ts'
import { termValues } from './term.ts'

/** Where in its origin's history a fork begins. */
export type ForkPoint = Pick<Revision, 'revision' | 'seq' | 'op'>

/** The newest point of an entity: no need to read its record, which may name thousands of keys. */
export function newest(row: EntityRow): ForkPoint {
  return { revision: row.revision, seq: row.seq, op: row.deleted ? 'delete' : 'write' }
}

/** What a fork takes over besides the variables, which it reads from its origin. */
export interface Heritage {
  readonly row: EntityRow
  readonly moment: ForkPoint
  readonly meta: SessionMeta
  readonly terms: ReadonlyMap<string, readonly string[]>
}

/** @throws not_found when the session had been deleted at that moment. */
export async function heritageOf(timeline: Timeline, row: EntityRow, moment: ForkPoint): Promise<Heritage> {
  if (moment.op === 'delete') {
    const message = `Session ${row.id} was deleted at revision ${moment.revision}; fork it at an earlier one`
    throw new HoldfastError('not_found', message, { entity: row.id })
  }
  const meta = decodeMeta((await timeline.entry(row, META_KEY, moment.seq))?.plain) ?? newMeta(anySession, null)
  const terms = new Map<string, readonly string[]>()
  for (const [term, path] of Object.entries(meta.terms))
    terms.set(term, termValues(term, await readPathAt(timeline, row, moment.seq, parsePath(path))))
  return { row, moment, meta, terms }
}

/** Makes the fork. @throws conflict */
export function bringForth(tx: Tx, id: string, { row, moment, meta, terms }: Heritage): void {
  const entity = tx.entity(SESSION_KIND, id, 'create')
  if (entity.revision > 0) {
    const message = `Session ${id} ${entity.exists ? 'exists' : 'existed and has a history'}; fork under another id`
    throw new HoldfastError('conflict', message, { entity: id, expected: 0, current: entity.revision })
  }
  entity.describe({
    origin: { num: row.num, seq: moment.seq },
    schema: row.schema,
    expires: meta.ttl === null ? null : entity.changedAt + meta.ttl,
  })
  entity.event('fork', { of: row.id, revision: moment.revision })
  writeMeta(entity, { ...meta, origin: { session: row.id, revision: moment.revision } })
  for (const [term, values] of terms) entity.term(term, values)
}
