import type { QueryClient } from '@tanstack/react-query'
import type { Change } from './change.ts'
import { listen } from './live.ts'

const PAUSE = 120

/** Reads again what the feed says has changed, several changes at once. */
export function keepFresh(client: QueryClient): () => void {
  const waiting = new Map<string, 'session' | 'instance'>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    timer = undefined
    for (const [key, kind] of waiting) void client.invalidateQueries({ queryKey: [kind, key.slice(kind.length)] })
    if ([...waiting.values()].includes('instance')) void client.invalidateQueries({ queryKey: ['instances'] })
    waiting.clear()
  }
  const changed = ({ kind, id }: Change) => {
    if (kind !== 'session' && kind !== 'machine') return
    const what = kind === 'machine' ? 'instance' : 'session'
    waiting.set(what + id, what)
    if (timer === undefined) timer = setTimeout(flush, PAUSE)
  }
  // What has passed never changes: moments, and chunks of history that are full.
  const renewed = () => void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'past' })
  return listen({ changed, renewed })
}
