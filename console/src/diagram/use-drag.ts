import { type PointerEvent, useRef } from 'react'

/** Less is a click by an unsteady hand. */
const STEADY = 4

interface Drag {
  readonly pointer: number
  readonly target: Element
  readonly begin: { readonly x: number; readonly y: number }
  last: { readonly x: number; readonly y: number }
  moving: boolean
}

/** Dragging moves; a press that does not move is a click on what was pressed. */
export function useDrag(onMove: (x: number, y: number) => void, onClick: (target: Element) => void) {
  const drag = useRef<Drag>(undefined)
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0 || !(event.target instanceof Element)) return
      const at = { x: event.clientX, y: event.clientY }
      drag.current = { pointer: event.pointerId, target: event.target, begin: at, last: at, moving: false }
      event.currentTarget.setPointerCapture(event.pointerId)
    },
    onPointerMove: (event: PointerEvent) => {
      const { current } = drag
      if (current?.pointer !== event.pointerId) return
      const { begin, last } = current
      current.moving ||= Math.hypot(event.clientX - begin.x, event.clientY - begin.y) >= STEADY
      if (!current.moving) return
      onMove(event.clientX - last.x, event.clientY - last.y)
      current.last = { x: event.clientX, y: event.clientY }
    },
    onPointerUp: (event: PointerEvent) => {
      const { current } = drag
      if (current?.pointer !== event.pointerId) return
      drag.current = undefined
      if (!current.moving) onClick(current.target)
    },
    onPointerCancel: () => {
      drag.current = undefined
    },
  }
}
