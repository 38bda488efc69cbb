import { useCallback, useMemo, useSyncExternalStore } from 'react'

const watchers = new Set<() => void>()

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  window.addEventListener('popstate', watcher)
  return () => {
    watchers.delete(watcher)
    window.removeEventListener('popstate', watcher)
  }
}

/** The address is the only place where a view's state is kept. */
export function usePath(): string {
  return useSyncExternalStore(watch, () => location.pathname)
}

export function useSearch(): URLSearchParams {
  const text = useSyncExternalStore(watch, () => location.search)
  return useMemo(() => new URLSearchParams(text), [text])
}

export function navigate(to: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (to === location.pathname + location.search) return
  history[replace ? 'replaceState' : 'pushState'](null, '', to)
  for (const watcher of watchers) watcher()
}

/** Changes parts of the search text of this page; null takes a part away. */
export function useSetSearch(): (change: SearchChange, options?: { readonly replace?: boolean }) => void {
  return useCallback((change, options) => navigate(location.pathname + changedSearch(location.search, change), options), [])
}

export type SearchChange = Readonly<Record<string, string | number | null>>

export function changedSearch(search: string, change: SearchChange): string {
  const fields = new URLSearchParams(search)
  for (const [name, value] of Object.entries(change)) {
    if (value === null || value === '') fields.delete(name)
    else fields.set(name, String(value))
  }
  const text = fields.toString()
  return text === '' ? '' : `?${text}`
}
