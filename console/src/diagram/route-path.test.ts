import { expect, test } from 'vitest'
import { arrowHead, routePath } from './route-path.ts'

const bent = [
  { x: 0, y: 0 },
  { x: 0, y: 40 },
  { x: 30, y: 40 },
]

test('a route turns round its bends and ends where its arrowhead begins', () => {
  expect(routePath(bent)).toBe('M0,0L0,32Q0,40 8,40L24,40')
  expect(arrowHead(bent)).toBe('M30,40L23,43.5L23,36.5Z')
})

test('a bend nearer than its radius is turned at half the way', () => {
  expect(
    routePath([
      { x: 0, y: 0 },
      { x: 0, y: 6 },
      { x: 40, y: 6 },
    ]),
  ).toContain('L0,3Q0,6 3,6')
})

test('an arrow shorter than its head, and none at all, stay where they are', () => {
  expect(
    routePath([
      { x: 5, y: 5 },
      { x: 5, y: 8 },
    ]),
  ).toBe('M5,5L5,5')
  expect([routePath([]), arrowHead([]), arrowHead([{ x: 1, y: 1 }])]).toEqual(['', '', ''])
})
