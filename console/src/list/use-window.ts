import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react'
import { scrollTo, type Visible, visibleRows } from './window.ts'

interface Windowed {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly visible: Visible
  readonly show: (row: number) => void
}

/** Follows the scrolling of an element whose rows all have one height, below a header that stays. */
export function useWindow(rows: number, rowHeight: number, header = 0): Windowed {
  const scroller = useRef<HTMLDivElement>(null)
  const [visible, setVisible] = useState<Visible>({ first: 0, end: Math.min(rows, 60) })
  const measure = useCallback(() => {
    const element = scroller.current
    if (!element) return
    const next = visibleRows(element.scrollTop, element.clientHeight, rowHeight, rows)
    setVisible((current) => (current.first === next.first && current.end === next.end ? current : next))
  }, [rows, rowHeight])
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    measure()
    element.addEventListener('scroll', measure, { passive: true })
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => {
      element.removeEventListener('scroll', measure)
      observer.disconnect()
    }
  }, [measure])
  const show = useCallback(
    (row: number) => {
      const element = scroller.current
      const top = element ? scrollTo(row, element.scrollTop, element.clientHeight - header, rowHeight) : undefined
      if (element && top !== undefined) element.scrollTop = top
    },
    [rowHeight, header],
  )
  return { scroller, visible, show }
}
