import { canonical, formatPath, type Path } from '../core/index.ts'

/** One place where two states differ. */
export interface Difference {
  readonly path: string
  readonly op: 'add' | 'remove' | 'change'
  /** Absent for `add`. */
  readonly before?: unknown
  /** Absent for `remove`. */
  readonly after?: unknown
}

/** Where two values differ, deepest places first named: whole values that were added or removed count as one place. */
export function differences(before: unknown, after: unknown, path: Path = []): Difference[] {
  if (Object.is(before, after)) return []
  const a = members(before)
  const b = members(after)
  if (a === undefined || b === undefined || a.kind !== b.kind) {
    return canonical(before) === canonical(after) ? [] : [{ path: formatPath(path), op: 'change', before, after }]
  }
  const found: Difference[] = []
  for (const [name, value] of a.of) {
    const at = [...path, name]
    if (b.of.has(name)) found.push(...differences(value, b.of.get(name), at))
    else found.push({ path: formatPath(at), op: 'remove', before: value })
  }
  for (const [name, value] of b.of)
    if (!a.of.has(name)) found.push({ path: formatPath([...path, name]), op: 'add', after: value })
  return found
}

interface Members {
  readonly kind: 'array' | 'object' | 'map'
  readonly of: ReadonlyMap<string | number, unknown>
}

function members(value: unknown): Members | undefined {
  if (Array.isArray(value)) return { kind: 'array', of: new Map(value.entries()) }
  if (value instanceof Map) {
    const named = [...value.keys()].every((key) => typeof key === 'string')
    return named ? { kind: 'map', of: value as Map<string, unknown> } : undefined
  }
  const plain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  return plain ? { kind: 'object', of: new Map(Object.entries(value)) } : undefined
}
