import { z } from '@hono/zod-openapi'
import { maskingWithin } from '../../masking.ts'
import { type ChunkPage, endOfEvents, eventsOf, sessionOfRun, streamHeaders } from '../../task/index.ts'
import type { Call } from '../call.ts'
import { endpoint } from '../endpoint.ts'
import { feedStream } from '../feed/stream.ts'
import { invalid } from '../refusal.ts'
import { runId, whole } from '../shapes.ts'

const query = z.object({
  name: z.string().min(1).max(100).optional().openapi({ description: 'The name of the stream. Default: `out`.' }),
  after: whole(0, 1e9, 'How many chunks have been read already; `Last-Event-ID` goes before it.').optional(),
})

export const runStream = endpoint({
  method: 'get',
  path: '/v1/runs/{id}/stream',
  name: 'runStream',
  tag: 'runs',
  summary: 'What a run streams, as server-sent events',
  description:
    'Every chunk from the first one on, or from `after` on: what is stored at once, the rest as it comes. `data` is the chunk as JSON; a reader that comes back with its `id` as `Last-Event-ID` misses nothing; where the run has said something else since in place of what it has read, it is told with 409 from where on. `[DONE]` is the last when the stream or the run is over.',
  params: runId,
  query,
  answer: { status: 200, description: 'The stream.', schema: z.string(), type: 'text/event-stream' },
  async handle(call) {
    const { subscriptions, limits } = call.services
    subscriptions.check()
    const { name, after = 0 } = call.query
    const items = call.bot
      .run(call.params.id)
      .chunks({ ...(name !== undefined && { name }), after: lastSeen(call.headers) ?? after })
    // Whoever may not read it, and whether there is one, is to be said before the stream begins.
    await items.open()
    const frameOf = async (page: ChunkPage) => eventsOf(await shown(call, page))
    const { feedBufferBytes: bufferBytes, slowReaderMs } = limits
    const stream = feedStream({ subscriptions, first: [], items, frameOf, last: endOfEvents, bufferBytes, slowReaderMs })
    return new Response(stream, { headers: streamHeaders })
  },
})

/** Secrets are looked up anew: the session may have got one since the page before. */
async function shown({ hf, principal, params }: Call<{ id: string }>, page: ChunkPage): Promise<ChunkPage> {
  const masking = await maskingWithin(hf, principal.tenant, sessionOfRun(params.id))
  return { ...page, chunks: (await masking.data(page.chunks)) as readonly unknown[] }
}

/** What a reader that comes back has had. @throws invalid */
function lastSeen(headers: Headers): string | undefined {
  const text = headers.get('last-event-id') ?? ''
  if (text === '') return undefined
  if (/^\d{1,10}(?:\.\d{1,9})?$/.test(text)) return text
  throw invalid(`Expected Last-Event-ID to be the id of an event of this stream, got ${JSON.stringify(text)}`, 'last-event-id')
}
