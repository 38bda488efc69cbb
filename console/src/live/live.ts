import { useSyncExternalStore } from 'react'
import type { Change } from './change.ts'
import { type LiveState, openStream, type Signal } from './stream.ts'

/** What a tab does with the feed. */
export interface Listener {
  readonly changed: (change: Change) => void
  readonly renewed: () => void
}

const listeners = new Set<Listener>()
const watchers = new Set<() => void>()
let state: LiveState = 'connecting'
let cursor: string | null = null
let started = false

/** Whether what is on screen follows the server. */
export function useLive(): LiveState {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => state,
  )
}

export function listen(listener: Listener): () => void {
  listeners.add(listener)
  start()
  return () => listeners.delete(listener)
}

/**
 * One stream for all tabs: browsers open six connections to a server, and a stream holds one. The tab that holds the lock keeps the
 * stream and passes on what it hears; when it closes, the next one takes over behind the last cursor.
 */
function start(): void {
  if (started) return
  started = true
  if (!('locks' in navigator) || !('BroadcastChannel' in globalThis)) {
    openStream(hear, null)
    return
  }
  const channel = new BroadcastChannel('holdfast.feed')
  let leads = false
  channel.addEventListener('message', (event: MessageEvent<Signal | { readonly type: 'ask' }>) => {
    if (event.data.type !== 'ask') hear(event.data)
    else if (leads) channel.postMessage({ type: 'state', state })
  })
  channel.postMessage({ type: 'ask' })
  void navigator.locks.request('holdfast.feed', () => {
    leads = true
    openStream((signal) => {
      hear(signal)
      channel.postMessage(signal)
    }, cursor)
    return new Promise(() => undefined)
  })
}

function hear(signal: Signal): void {
  switch (signal.type) {
    case 'state':
      if (signal.state === state) return
      state = signal.state
      for (const watcher of watchers) watcher()
      return
    case 'hello':
      for (const listener of listeners) listener.renewed()
      return
    case 'reset':
      cursor = null
      for (const listener of listeners) listener.renewed()
      return
    case 'change':
      cursor = signal.cursor
      for (const listener of listeners) listener.changed(signal.change)
  }
}
