import type { Json } from '../api/json.ts'
import { streamPath } from '../api/run.ts'
import { backoff } from '../live/backoff.ts'

export type StreamState = 'connecting' | 'live' | 'ended' | 'reconnecting'

interface Told {
  readonly chunk: (chunk: Json) => void
  /** What was told is void: it is read again from where the reading began. */
  readonly anew: () => void
  readonly state: (state: StreamState) => void
}

/** What ends a stream, instead of a chunk. */
const DONE = '[DONE]'

/**
 * Reads the chunks of a stream of a run from number `after` on, once each, until it ends. The browser comes back by itself with the id of
 * the last chunk; where it gives up, because the run has taken back what was read or the server is only starting, this begins anew.
 */
export function readChunks(run: string, name: string, after: number, told: Told): () => void {
  let attempt = 0
  let source: EventSource
  let timer: ReturnType<typeof setTimeout> | undefined
  const open = () => {
    source = new EventSource(streamPath(run, name, after))
    source.addEventListener('open', () => told.state('live'))
    source.addEventListener('message', hear)
    source.addEventListener('error', lost)
  }
  const hear = ({ data }: MessageEvent<string>) => {
    attempt = 0
    if (data === DONE) {
      source.close()
      told.state('ended')
      return
    }
    told.chunk(JSON.parse(data) as Json)
  }
  const lost = () => {
    told.state('reconnecting')
    if (source.readyState === EventSource.CONNECTING) return
    told.anew()
    timer = setTimeout(open, backoff(attempt++, Math.random()))
  }
  open()
  return () => {
    clearTimeout(timer)
    source.close()
  }
}
