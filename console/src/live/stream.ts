import { backoff } from './backoff.ts'
import { type Change, changeFrom } from './change.ts'

export type Signal =
  | { readonly type: 'state'; readonly state: LiveState }
  /** The stream is open: what was read before may be old. */
  | { readonly type: 'hello' }
  | { readonly type: 'reset' }
  | { readonly type: 'change'; readonly change: Change; readonly cursor: string }

export type LiveState = 'connecting' | 'live' | 'reconnecting'

/**
 * Holds one EventSource open for good. The browser sends Last-Event-ID when it reconnects by itself; where it gives up (an answer that
 * is no stream, such as 503 from a server that is starting) this opens a new one behind the last cursor.
 */
export function openStream(tell: (signal: Signal) => void, after: string | null): () => void {
  let cursor = after
  let attempt = 0
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const open = () => {
    source = new EventSource(cursor === null ? '/v1/feed' : `/v1/feed?after=${encodeURIComponent(cursor)}`)
    source.addEventListener('hello', (event: MessageEvent<string>) => {
      attempt = 0
      cursor = event.lastEventId || cursor
      tell({ type: 'state', state: 'live' })
      tell({ type: 'hello' })
    })
    source.addEventListener('change', (event: MessageEvent<string>) => {
      const change = changeFrom(event.data)
      cursor = event.lastEventId || cursor
      if (change) tell({ type: 'change', change, cursor: cursor ?? '' })
    })
    source.addEventListener('reset', () => {
      cursor = null
      tell({ type: 'reset' })
    })
    source.addEventListener('error', lost)
  }
  const lost = () => {
    tell({ type: 'state', state: 'reconnecting' })
    if (source?.readyState === EventSource.CONNECTING) return
    clearTimeout(timer)
    timer = setTimeout(open, backoff(attempt++, Math.random()))
  }

  open()
  return () => {
    clearTimeout(timer)
    source?.close()
  }
}
