import { z } from '@hono/zod-openapi'
import { HoldfastError } from '../../core/index.ts'
import { type Change, entityRequest, type WatchOptions } from '../../runtime/index.ts'
import { always } from '../answer.ts'
import type { Call } from '../call.ts'
import { endpoint, none } from '../endpoint.ts'
import { frame } from '../feed/frames.ts'
import { feedStream } from '../feed/stream.ts'

const query = z.object({
  kind: z.string().min(1).max(64).optional().openapi({ description: 'Only entities of this kind.' }),
  id: z
    .array(z.string().min(1).max(512))
    .max(1000)
    .optional()
    .openapi({ description: 'Only entities of these ids; may be given several times.' }),
  after: z
    .string()
    .max(2000)
    .optional()
    .openapi({ description: 'Cursor of the last event seen; `Last-Event-ID` goes before it.' }),
})

export const getFeed = endpoint({
  method: 'get',
  path: '/v1/feed',
  name: 'feed',
  tag: 'feed',
  summary: 'Every change as it becomes durable, as server-sent events',
  description:
    '`hello` comes first. `change` tells one change each, with a cursor as `id`: a reader that comes back with `Last-Event-ID` misses nothing. `reset` says that what lies behind a cursor has been swept, or that it is of another store: read anew, the feed goes on from now.',
  params: none,
  query,
  answer: { status: 200, description: 'The stream.', schema: z.string(), type: 'text/event-stream' },
  async handle(call) {
    const { services, hf } = call
    services.subscriptions.check()
    const { kind, id } = call.query
    const options: WatchOptions = { kind, ...(id?.length === 1 && { id: id[0] }) }
    const { after, first } = await beginning(call)
    const items = call.bot.watch({ ...options, after })
    const wanted = id === undefined ? undefined : new Set(id)
    const frameOf = async (change: Change) => {
      if ((wanted !== undefined && !wanted.has(change.entity.id)) || !mayRead(call, change)) return undefined
      services.subscriptions.told(hf.runtime.ports.clock.now() - change.at)
      return services.frames.of(change)
    }
    const { feedBufferBytes: bufferBytes, slowReaderMs } = services.limits
    const stream = feedStream({ subscriptions: services.subscriptions, first, items, frameOf, bufferBytes, slowReaderMs })
    const headers = { 'content-type': 'text/event-stream; charset=UTF-8', ...always, 'x-accel-buffering': 'no' }
    return new Response(stream, { headers })
  },
})

/** Where the feed begins, and what is told first. */
async function beginning(call: Call<unknown, z.output<typeof query>>): Promise<{ after: string; first: Uint8Array[] }> {
  const { hf, services } = call
  const hello = { store: hf.store.engine.storeId, version: services.version }
  const asked = call.headers.get('last-event-id') ?? call.query.after
  const now = await hf.feed.cursor()
  if (asked === undefined || asked === '') return { after: now, first: [frame('hello', hello, now)] }
  if (await isUsable(call, asked)) return { after: asked, first: [frame('hello', hello)] }
  return { after: now, first: [frame('hello', hello), frame('reset', {}, now)] }
}

/** False for cursors whose records have been swept, and for those of another store. */
async function isUsable({ hf }: Call, cursor: string): Promise<boolean> {
  try {
    await hf.feed.checkCursor(cursor)
    return true
  } catch (error) {
    if (HoldfastError.is(error, 'not_found') || HoldfastError.is(error, 'invalid')) return false
    throw error
  }
}

/** Whoever may watch a kind may yet not see every entity of it. */
function mayRead({ hf, principal }: Call, { entity }: Change): boolean {
  try {
    hf.runtime.ports.gate.check(entityRequest(principal, 'read', entity))
    return true
  } catch (error) {
    if (HoldfastError.is(error, 'forbidden')) return false
    throw error
  }
}
