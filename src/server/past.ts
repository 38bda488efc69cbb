import { z } from '@hono/zod-openapi'
import type { Holdfast } from '../holdfast.ts'
import type { HistoryOptions, Moment, Revision } from '../runtime/index.ts'
import { pathsOf, stateOf } from '../session/index.ts'
import type { EntityRow } from '../store/index.ts'
import { makeCursor, readCursor } from './cursor.ts'
import type { Disclosure } from './disclosure.ts'
import { invalid } from './refusal.ts'
import { after, limit, whole } from './shapes.ts'

/** Reads a revision or a time in ISO 8601. @throws invalid */
export function toMoment(text: string, path: string): Moment {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : undefined
  if (time !== undefined && !Number.isNaN(time.getTime())) return time
  throw invalid(`Expected a revision or a time such as 2026-01-31T12:00:00Z, got ${JSON.stringify(text)}`, path)
}

const anyRevision = (description: string) => whole(1, Number.MAX_SAFE_INTEGER, description).optional()

export const historyQuery = z.object({
  order: z.enum(['newest', 'oldest']).optional().openapi({ description: 'Newest first is the default.' }),
  from: anyRevision('Revisions from this one on.'),
  to: anyRevision('Revisions up to this one.'),
  limit,
  after,
})

const DEFAULT_LIMIT = 50

/** What is asked of a history: a page of it, and a range it lies in. */
export interface HistoryQuery {
  readonly order?: HistoryOptions['order'] | undefined
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly limit?: number | undefined
  readonly after?: string | undefined
}

/** One page of a history, the cursor of the next one, and the revision it begins with. @throws invalid for a foreign cursor */
export async function pageOfHistory<Of extends Revision>(
  { order = 'newest', limit: most = DEFAULT_LIMIT, after, ...range }: HistoryQuery,
  history: (range: HistoryOptions) => AsyncGenerator<Of>,
): Promise<{ readonly found: readonly Of[]; readonly beyond: Of | undefined; readonly next?: string }> {
  const last = after === undefined ? undefined : readCursor('revisions', 'number', after)
  const from = Math.max(range.from ?? 1, order === 'oldest' && last !== undefined ? last + 1 : 1)
  const to = Math.min(
    range.to ?? Number.MAX_SAFE_INTEGER,
    order === 'newest' && last !== undefined ? last - 1 : Number.MAX_SAFE_INTEGER,
  )
  const found = await Array.fromAsync(history({ from, to, order, limit: most + 1 }))
  const end = found.length > most ? found[most - 1] : undefined
  const next = end && makeCursor('revisions', end.revision)
  return { found: found.slice(0, most), beyond: found[most], ...(next !== undefined && { next }) }
}

/** A revision as the contract shows it. */
export async function revisionBody(hf: Holdfast, row: EntityRow, one: Revision, disclosure: Disclosure): Promise<object> {
  const { revision, seq, at, actor, cause, source, op, commit } = one
  const paths = await pathsOf(hf.timeline, row, one)
  return { revision, seq, at, actor, cause, source, op, commit, event: await disclosure.event(one), paths }
}

/** Every variable of an entity at a moment, and entries of its own beside them by key; nothing where it was deleted. */
export async function stateAt(hf: Holdfast, row: EntityRow, moment: Moment) {
  const { revision, at, seq } = await hf.timeline.revision(row, moment)
  return { revision, at, state: stateOf(await hf.timeline.entries(row, '/', seq)) }
}
