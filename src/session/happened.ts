import { idWithin, type Moment, type Runtime, type Timeline } from '../runtime/index.ts'
import type { EntityRow } from '../store/index.ts'

/** An effect that has happened outside. */
export interface HappenedEffect {
  readonly id: string
  /** The name of its handler. */
  readonly name: string
  /** When it was promised, in milliseconds since the epoch. */
  readonly at: number
}

/** What has happened outside since a moment, by id. */
export interface Happened {
  readonly effects: readonly HappenedEffect[]
  /** There are more than these: at most 1,000 are named. */
  readonly more: boolean
}

const MOST = 1000

/**
 * Effects of an entity that were promised after a moment and have been done, as long as the outbox keeps them. They are told
 * apart by time: those of the moment's own millisecond count when another revision came in it, too.
 */
export async function happenedSince(
  { timeline, runtime }: { readonly timeline: Timeline; readonly runtime: Runtime },
  row: EntityRow,
  moment: Moment,
): Promise<Happened> {
  const { revision, at } = await timeline.revision(row, moment)
  const following = await timeline.history(row, { from: revision + 1, order: 'oldest', limit: 1 }).next()
  const createdFrom = following.value?.at === at ? at : at + 1
  const { tenant, kind, id } = row
  const query = { tenant, entity: { tenant, kind, id }, state: 'settled', createdFrom, limit: MOST + 1 } as const
  const rows = await runtime.ports.store.engine.outbox(query)
  const effects = rows.slice(0, MOST).map((one) => ({ id: idWithin(tenant, one.id), name: one.queue, at: one.created }))
  return { effects, more: rows.length > MOST }
}
