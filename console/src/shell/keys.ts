import { useEffect } from 'react'

/** A key as handlers are named by: `Ctrl k`, `?`, `ArrowLeft`; Command counts as Ctrl. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  return `${event.ctrlKey || event.metaKey ? 'Ctrl ' : ''}${event.altKey ? 'Alt ' : ''}${key}`
}

/** Handles keys of the whole page; those with a letter or an arrow only while nobody types. */
export function useKeys(handlers: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const name = keyName(event)
      const handler = handlers[name]
      if (!handler || event.defaultPrevented || (!name.startsWith('Ctrl ') && isTyping(event.target))) return
      event.preventDefault()
      handler()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [handlers])
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.matches('input, textarea, select, [contenteditable], dialog *')
}
