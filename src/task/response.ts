import { type Clock, toTagged } from '../core/index.ts'
import { type ChunkPage, type ChunkReader, placeAfter, type StreamOptions } from './chunk-reader.ts'

/** Which chunks to answer with, and headers beside those of the stream. */
export interface ResponseOptions extends StreamOptions {
  readonly headers?: Readonly<Record<string, string>>
}

const encoder = new TextEncoder()
const KEEP_ALIVE_MS = 15_000
const keepAlive = encoder.encode(': still here\n\n')

/** Server-sent events that nothing on the way keeps back; the last header tells the AI SDK which chunks these may be. */
export const streamHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream; charset=UTF-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
  'x-vercel-ai-ui-message-stream': 'v1',
}

/** A server-sent event for each chunk; its id is what `after` takes to go on behind it. */
export function eventsOf({ first, chunks, cuts }: ChunkPage): Uint8Array {
  const event = (chunk: unknown, i: number): string =>
    `id: ${placeAfter(first + i, cuts)}\ndata: ${JSON.stringify(toTagged(chunk).json)}\n\n`
  return encoder.encode(chunks.map(event).join(''))
}

/** What follows the last chunk. */
export const endOfEvents = encoder.encode('data: [DONE]\n\n')

/** A stream as the answer of a server. A page is read when the one before it has been taken. */
export function responseOf(chunks: ChunkReader, clock: Clock, headers: ResponseOptions['headers'] = {}): Response {
  return new Response(bodyOf(chunks, clock), { headers: { ...streamHeaders, ...headers } })
}

function bodyOf(chunks: ChunkReader, clock: Clock): ReadableStream<Uint8Array> {
  let stop = (): void => {}
  return new ReadableStream({
    start(controller) {
      const beat = (): void => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(keepAlive)
        stop = clock.after(KEEP_ALIVE_MS, beat)
      }
      stop = clock.after(KEEP_ALIVE_MS, beat)
    },
    async pull(controller) {
      try {
        const page = await chunks.next()
        controller.enqueue(page.done ? endOfEvents : eventsOf(page.value))
        if (!page.done) return
        stop()
        controller.close()
      } catch (error) {
        stop()
        throw error
      }
    },
    async cancel() {
      stop()
      await chunks.return()
    },
  })
}
