import { expect, test } from 'vitest'
import { centred, fitted, type View, zoomed } from './view.ts'

const screen = { width: 800, height: 600 }
const onScreen = (view: View, x: number, y: number) => ({ x: x * view.zoom + view.x, y: y * view.zoom + view.y })

test('a drawing fits into the screen as a whole, in its middle; a small one is not blown up', () => {
  expect(fitted({ width: 1600, height: 600 }, screen)).toEqual({ x: 0, y: 150, zoom: 0.5 })
  expect(fitted({ width: 100, height: 100 }, screen).zoom).toBe(1.25)
})

test('what is at the point stays there when it is zoomed, and zooming has ends', () => {
  const view = { x: 10, y: 20, zoom: 1 }
  const nearer = zoomed(view, 2, { x: 110, y: 220 })
  expect(onScreen(nearer, 100, 200)).toEqual({ x: 110, y: 220 })
  expect(zoomed(view, 1000, { x: 0, y: 0 }).zoom).toBe(3)
  expect(zoomed(view, 0.0001, { x: 0, y: 0 }).zoom).toBe(0.05)
})

test('what is centred is in the middle, can be read, and fits', () => {
  const far = centred({ x: 0, y: 0, zoom: 0.1 }, { x: 900, y: 300, width: 200, height: 100 }, screen)
  expect(far.zoom).toBe(0.6)
  expect(onScreen(far, 1000, 350)).toEqual({ x: 400, y: 300 })
  expect(centred({ x: 0, y: 0, zoom: 2 }, { x: 0, y: 0, width: 1440, height: 10 }, screen).zoom).toBe(0.5)
})
