import type { Rectangle } from '../api/machine.ts'

/** What of a drawing is on screen: `screen = drawing * zoom + (x, y)`. */
export interface View {
  readonly x: number
  readonly y: number
  readonly zoom: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

const LEAST = 0.05
const MOST = 3
/** Small drawings are not blown up beyond this. */
const MOST_FIT = 1.25
/** Below this names cannot be read. */
const LEGIBLE = 0.6

/** All of a drawing, in the middle of the screen. */
export function fitted(drawing: Size, screen: Size): View {
  const zoom = within(Math.min(screen.width / drawing.width, screen.height / drawing.height, MOST_FIT))
  return { x: (screen.width - drawing.width * zoom) / 2, y: (screen.height - drawing.height * zoom) / 2, zoom }
}

/** Nearer or farther by a factor; what is at the point stays there. */
export function zoomed(view: View, factor: number, at: { readonly x: number; readonly y: number }): View {
  const zoom = within(view.zoom * factor)
  const scale = zoom / view.zoom
  return { x: at.x - (at.x - view.x) * scale, y: at.y - (at.y - view.y) * scale, zoom }
}

export function moved(view: View, x: number, y: number): View {
  return { ...view, x: view.x + x, y: view.y + y }
}

/** A rectangle of the drawing in the middle of the screen, near enough to be read. */
export function centred(view: View, { x, y, width, height }: Rectangle, screen: Size): View {
  const fit = Math.min((screen.width * 0.9) / width, (screen.height * 0.9) / height)
  const zoom = within(Math.min(Math.max(view.zoom, LEGIBLE), fit))
  return { x: screen.width / 2 - (x + width / 2) * zoom, y: screen.height / 2 - (y + height / 2) * zoom, zoom }
}

function within(zoom: number): number {
  return Math.min(MOST, Math.max(LEAST, zoom))
}
