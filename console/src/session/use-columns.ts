import { type RefObject, useLayoutEffect } from 'react'

/** Pixels that a character of the shipped font takes at 12 px: 0.6 em, as JetBrains Mono is drawn. */
const CELL = 7.2
/** Pixels of a line that no text can have: sign, fold and padding. */
const EDGES = 72

/** Follows how many cells a line of an element has, as long as it is there. */
export function useColumns(element: RefObject<HTMLElement | null>, present: boolean, tell: (columns: number) => void): void {
  useLayoutEffect(() => {
    const measured = element.current
    if (!measured || !present) return
    const measure = () => tell(Math.max(20, Math.floor((measured.clientWidth - EDGES) / CELL)))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(measured)
    return () => observer.disconnect()
  }, [element, present, tell])
}
