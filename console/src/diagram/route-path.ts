import type { Point } from '../api/machine.ts'

const RADIUS = 8
const HEAD = 7

/** A route as a path with rounded corners, which ends where its arrowhead begins. */
export function routePath(route: readonly Point[]): string {
  const [first, ...rest] = withoutHead(route)
  if (first === undefined) return ''
  const points = [first, ...rest]
  const parts = rest.map((point, i) => corner(points[i], point, rest[i + 1]))
  return `M${first.x},${first.y}${parts.join('')}`
}

/** The arrowhead at a route's end. */
export function arrowHead(route: readonly Point[]): string {
  const [tip, from] = [route.at(-1), route.at(-2)]
  if (tip === undefined || from === undefined) return ''
  const { x, y } = direction(from, tip)
  const side = (sign: number) => `${tip.x - x * HEAD + y * sign * (HEAD / 2)},${tip.y - y * HEAD + x * sign * (HEAD / 2)}`
  return `M${tip.x},${tip.y}L${side(1)}L${side(-1)}Z`
}

function withoutHead(route: readonly Point[]): readonly Point[] {
  const [tip, from] = [route.at(-1), route.at(-2)]
  if (tip === undefined || from === undefined) return route
  const { x, y } = direction(from, tip)
  const room = Math.min(HEAD - 1, Math.hypot(tip.x - from.x, tip.y - from.y))
  return [...route.slice(0, -1), { x: tip.x - x * room, y: tip.y - y * room }]
}

function corner(from: Point | undefined, at: Point, to: Point | undefined): string {
  if (from === undefined || to === undefined) return `L${at.x},${at.y}`
  const [into, out] = [direction(from, at), direction(at, to)]
  const size = Math.min(RADIUS, length(from, at) / 2, length(at, to) / 2)
  return `L${at.x - into.x * size},${at.y - into.y * size}Q${at.x},${at.y} ${at.x + out.x * size},${at.y + out.y * size}`
}

function direction(from: Point, to: Point): Point {
  const long = length(from, to) || 1
  return { x: (to.x - from.x) / long, y: (to.y - from.y) / long }
}

function length(from: Point, to: Point): number {
  return Math.hypot(to.x - from.x, to.y - from.y)
}
