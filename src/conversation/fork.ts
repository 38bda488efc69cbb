import { HoldfastError } from '../core/index.ts'
import type { Timeline, Tx } from '../runtime/index.ts'
import type { Engine, EntityRow } from '../store/index.ts'
import { CONVERSATION_KIND, conversationId, nameOf, sessionOf } from './address.ts'
import { STATE, streamKey } from './keys.ts'
import type { ConversationState } from './record.ts'
import { leafOf } from './transcript.ts'

const PAGE = 100

/** A conversation as it was, on its way into the tree of a fork of its session. */
export interface Heir {
  readonly id: string
  readonly row: EntityRow
  readonly seq: number
  readonly streaming: readonly number[]
}

/** The conversations of a session as they were, on their way into the tree of its fork: now, or at a moment of the session. */
export async function heirsOf(
  timeline: Timeline,
  engine: Engine,
  { row, point, to }: { readonly row: EntityRow; readonly point: { readonly seq: number } | undefined; readonly to: string },
): Promise<readonly Heir[]> {
  const end = point && (await timeline.commitEnd(row, point.seq))
  const heirs: Heir[] = []
  for await (const conversation of conversationsEver(engine, row)) {
    const seq = end ?? conversation.seq
    if (end === undefined ? conversation.deleted : conversation.born > end) continue
    const state = leafOf((await timeline.entry(conversation, STATE, seq))?.plain) as ConversationState | undefined
    if (state === undefined) continue
    heirs.push({ id: conversationId(to, nameOf(conversation.id)), row: conversation, seq, streaming: state.streaming })
  }
  return heirs
}

/** Every conversation that a session has or had. */
async function* conversationsEver(engine: Engine, { tenant, id }: EntityRow): AsyncGenerator<EntityRow> {
  const query = { tenant, kind: CONVERSATION_KIND, root: id, order: 'id', limit: PAGE } as const
  for (let after: EntityRow | undefined; ; ) {
    const rows: readonly EntityRow[] = await engine.entities({ ...query, after })
    yield* rows
    if (rows.length < PAGE) return
    after = rows.at(-1)
  }
}

/** Makes the fork, which reads from its origin what it does not change. @throws conflict when there is or was a conversation of that id */
export function bringForth(tx: Tx, { id, row, seq, streaming }: Heir): void {
  const entity = tx.entity(CONVERSATION_KIND, id, 'create')
  if (entity.revision > 0) {
    const message = `Conversation ${id} ${entity.exists ? 'exists' : 'existed and has a history'}; fork under another id`
    throw new HoldfastError('conflict', message, { entity: id, expected: 0, current: entity.revision })
  }
  entity.describe({ origin: { num: row.num, seq }, root: sessionOf(id) })
  entity.event('fork', { of: row.id })
  // Whoever writes a turn of the origin does not write this one.
  for (const n of streaming) entity.timer(streamKey(n), tx.now)
}
