import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'dark' | 'light'

const KEY = 'holdfast.theme'
const watchers = new Set<() => void>()

export function useTheme(): Theme {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => themeOf(document.documentElement.dataset.theme),
  )
}

export function setTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  try {
    if (theme === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, theme)
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  for (const watcher of watchers) watcher()
}

export const nextTheme = (theme: Theme): Theme => (theme === 'system' ? 'dark' : theme === 'dark' ? 'light' : 'system')

const themeOf = (text: string | undefined): Theme => (text === 'dark' || text === 'light' ? text : 'system')
