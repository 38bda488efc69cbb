import type { QueryClient } from '@tanstack/react-query'
import { batched } from './batch.ts'
import type { Change } from './change.ts'
import { listen } from './live.ts'

const PAUSE = 120
/** Lists cost the server more than what they are of, and a busy agent moves them all the time. */
const LISTS_APART = 1000

/** What a change of a kind of entity makes old: what was read of it itself, and the lists that it may be in. */
const olds: Readonly<Record<string, { readonly one: string; readonly lists: readonly string[] }>> = {
  session: { one: 'session', lists: [] },
  machine: { one: 'instance', lists: ['instances'] },
  run: { one: 'run', lists: ['runs', 'approvals'] },
  conversation: { one: 'conversation', lists: ['conversations'] },
}

/** Reads again what the feed says has changed, several changes at once. */
export function keepFresh(client: QueryClient): () => void {
  const renew = (queryKey: readonly string[]) => void client.invalidateQueries({ queryKey })
  const ones = batched<string>(PAUSE, PAUSE, (keys) => {
    for (const key of keys) renew([key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)])
  })
  const lists = batched<string>(PAUSE, LISTS_APART, (keys) => {
    for (const key of keys) renew([key])
  })
  const changed = ({ kind, id }: Change) => {
    const old = olds[kind]
    if (!old) return
    ones(`${old.one} ${id}`)
    for (const list of old.lists) lists(list)
  }
  // What has passed never changes: moments, and chunks of history that are full.
  const renewed = () => void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'past' })
  return listen({ changed, renewed })
}
