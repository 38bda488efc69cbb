import { useSyncExternalStore } from 'react'

let text = ''
let timer: ReturnType<typeof setTimeout> | undefined
const watchers = new Set<() => void>()

/** Says something short for a moment, to screen readers too: "Copied the path". */
export function say(words: string): void {
  put(words)
  clearTimeout(timer)
  timer = setTimeout(() => put(''), 2400)
}

export async function copy(value: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(value)
    say(`Copied ${what}`)
  } catch {
    say('The browser did not allow copying')
  }
}

export function Said() {
  const words = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => text,
  )
  return (
    <output className="said" aria-live="polite">
      {words}
    </output>
  )
}

function put(words: string): void {
  text = words
  for (const watcher of watchers) watcher()
}
