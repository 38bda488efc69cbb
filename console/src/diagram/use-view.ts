import { type KeyboardEvent, type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Rectangle } from '../api/machine.ts'
import { centred, fitted, moved, type Size, type View, zoomed } from './view.ts'

const STEP = 1.25
const PAN = 64
/** Before the first paint; nobody sees it. */
const UNMEASURED: Size = { width: 800, height: 600 }

/** What of a drawing is seen in an element, and how that is changed. It fits until somebody moves it. */
export function useView(element: RefObject<SVGSVGElement | null>, { width, height }: Size) {
  const measured = useScreen(element)
  const screen = measured ?? UNMEASURED
  const [own, setOwn] = useState<View>()
  const view = own ?? fitted({ width, height }, screen)
  const latest = useRef(view)
  latest.current = view
  const fit = useCallback(() => setOwn(undefined), [])
  const move = useCallback((x: number, y: number) => setOwn(moved(latest.current, x, y)), [])
  const zoom = useCallback(
    (factor: number, at = { x: screen.width / 2, y: screen.height / 2 }) => setOwn(zoomed(latest.current, factor, at)),
    [screen],
  )
  const centre = useCallback((place: Rectangle) => setOwn(centred(latest.current, place, screen)), [screen])
  useWheel(element, move, zoom)
  const moves: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => move(PAN, 0),
    ArrowRight: () => move(-PAN, 0),
    ArrowUp: () => move(0, PAN),
    ArrowDown: () => move(0, -PAN),
    '+': () => zoom(STEP),
    '=': () => zoom(STEP),
    '-': () => zoom(1 / STEP),
    '0': fit,
  }
  const press = (event: KeyboardEvent) => {
    const act = moves[event.key]
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    act()
  }
  return {
    view,
    fit,
    move,
    centre,
    press,
    measured: measured !== undefined,
    nearer: () => zoom(STEP),
    farther: () => zoom(1 / STEP),
  }
}

function useScreen(element: RefObject<SVGSVGElement | null>): Size | undefined {
  const [size, setSize] = useState<Size>()
  useLayoutEffect(() => {
    const { current } = element
    if (current === null) return
    const read = () => setSize({ width: current.clientWidth, height: current.clientHeight })
    read()
    const observer = new ResizeObserver(read)
    observer.observe(current)
    return () => observer.disconnect()
  }, [element])
  return size
}

/** The wheel moves, with Ctrl (and so pinching on a touchpad) it zooms. React listens passively, so that it could not keep the page still. */
function useWheel(
  element: RefObject<SVGSVGElement | null>,
  move: (x: number, y: number) => void,
  zoom: (factor: number, at: { x: number; y: number }) => void,
): void {
  useEffect(() => {
    const { current } = element
    const turn = (event: WheelEvent) => {
      event.preventDefault()
      if (event.ctrlKey || event.metaKey) zoom(Math.exp(-event.deltaY / 240), { x: event.offsetX, y: event.offsetY })
      else move(-event.deltaX, -event.deltaY)
    }
    current?.addEventListener('wheel', turn, { passive: false })
    return () => current?.removeEventListener('wheel', turn)
  }, [element, move, zoom])
}
