import { formatPath, type Path, toTagged } from '../core/index.ts'

/** A value small enough to be handed out by itself, with the path that leads to it. */
export interface Leaf {
  readonly path: Path
  readonly value: unknown
}

/** What bounds the cost of taking a state apart. */
export interface LeafLimits {
  /** Leaves taken; the rest is not looked at. */
  readonly leaves: number
  /** Levels that are opened; what lies deeper stays one leaf. */
  readonly depth: number
}

/**
 * Takes a value apart into leaves: what has no members, in the order it stands. Objects, arrays and Maps with
 * text keys are opened: what a path can lead into. Empty ones are left out, because there is nothing to say of them.
 */
export function* leavesOf(value: unknown, path: Path, limits: LeafLimits): Generator<Leaf> {
  const left = { leaves: limits.leaves }
  yield* opened(value, path, limits.depth, left)
}

function* opened(value: unknown, path: Path, depth: number, left: { leaves: number }): Generator<Leaf> {
  if (left.leaves <= 0) return
  const members = depth > 0 ? membersOf(value) : undefined
  if (members === undefined) {
    left.leaves--
    yield { path, value }
    return
  }
  for (const [segment, member] of members) {
    if (left.leaves <= 0) return
    yield* opened(member, [...path, segment], depth - 1, left)
  }
}

/** Undefined for what is a leaf. */
function membersOf(value: unknown): Iterable<readonly [string | number, unknown]> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return value.entries()
  if (value instanceof Map)
    return [...value.keys()].every((key) => typeof key === 'string') ? (value as Map<string, unknown>) : undefined
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null ? Object.entries(value) : undefined
}

/** What a leaf says, as text: strings as they are, Dates in ISO 8601, bytes by their number, other values as JSON. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString()
  if (value instanceof URL || value instanceof RegExp) return String(value)
  if (value instanceof Uint8Array) return `${value.length} bytes`
  return typeof value === 'object' && value !== null ? JSON.stringify(toTagged(value).json) : String(value)
}

/** The line that stands for a variable in what a model is told. */
export function lineOf(path: Path, text: string): string {
  return `${formatPath(path)}: ${text}`
}
