import type { QueryClient } from '@tanstack/react-query'
import type { Change } from './change.ts'
import { listen } from './live.ts'

const PAUSE = 120

/** Reads again what the feed says has changed, several changes at once. */
export function keepFresh(client: QueryClient): () => void {
  const waiting = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    timer = undefined
    for (const id of waiting) void client.invalidateQueries({ queryKey: ['session', id] })
    waiting.clear()
  }
  const changed = ({ kind, id }: Change) => {
    if (kind !== 'session') return
    waiting.add(id)
    if (timer === undefined) timer = setTimeout(flush, PAUSE)
  }
  // What has passed never changes: moments, and chunks of history that are full.
  const renewed = () => void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'past' })
  return listen({ changed, renewed })
}
