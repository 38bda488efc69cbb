import { formatPath, HoldfastError, type Path } from '../../core/index.ts'
import { childKey, indexOf, isKeyName, itemKey, nameOf } from './key.ts'
import { type Container, decodeNode, orderOf } from './node.ts'
import type { TreeSource } from './source.ts'

/** The root of a tree is an object whose children are entries; it has no entry of its own. */
export const ROOT = ''
const ROOT_CONTAINER: Container = { kind: 'object' }

/** The whole value below the root: an object, empty when nothing was written. */
export function readRoot(source: TreeSource): Record<string, unknown> {
  return readContainer(source, ROOT, ROOT_CONTAINER) as Record<string, unknown>
}

/**
 * The value at a path, reading only the entries on the way; undefined where there is none.
 * @throws invalid where the path asks for a property of something that has none.
 */
export function readPath(source: TreeSource, path: Path): unknown {
  let key = ROOT
  let container: Container = ROOT_CONTAINER
  for (const [depth, segment] of path.entries()) {
    if (container.kind === 'array' && segment === 'length' && depth === path.length - 1) return container.length
    const child = childOf(key, container, segment)
    const bytes = child === undefined ? undefined : source.read(child)
    if (child === undefined || bytes === undefined) return undefined
    const node = decodeNode(bytes)
    if (node.type === 'leaf') return readInside(node.value, path, depth + 1)
    key = child
    container = node.of
  }
  return readContainer(source, key, container)
}

/** The key of a child that a path segment names; undefined when it can have none. */
export function childOf(key: string, container: Container, segment: string | number): string | undefined {
  const name = String(segment)
  if (container.kind !== 'array') return isKeyName(name) ? childKey(key, name) : undefined
  const index = indexOf(name)
  return index !== undefined && index < container.length ? itemKey(key, container.first + index) : undefined
}

/** The whole value of a container: its entries are read once, in key order, and put where they belong. */
export function readContainer(source: TreeSource, key: string, container: Container): unknown {
  const children = new Map<string, Child[]>()
  for (const child of source.below(key)) {
    const parent = child[0].slice(0, child[0].lastIndexOf('/'))
    const siblings = children.get(parent)
    if (siblings === undefined) children.set(parent, [child])
    else siblings.push(child)
  }
  return assembled(children, key, container)
}

type Child = readonly [key: string, bytes: Uint8Array]

function assembled(children: ReadonlyMap<string, Child[]>, key: string, container: Container): unknown {
  const own = children.get(key) ?? []
  const childValue = ([child, bytes]: Child): unknown => {
    const node = decodeNode(bytes)
    return node.type === 'leaf' ? node.value : assembled(children, child, node.of)
  }
  if (container.kind === 'array') return own.map(childValue)
  if (own.length > 1) own.sort(([, a], [, b]) => (orderOf(a) ?? 0) - (orderOf(b) ?? 0))
  if (container.kind === 'map') return new Map(own.map((child) => [nameOf(child[0]), childValue(child)]))
  return Object.fromEntries(own.map((child) => [nameOf(child[0]), childValue(child)]))
}

/** The value at the rest of a path inside a plain value. */
export function readInside(value: unknown, path: Path, from: number): unknown {
  let at = value
  for (const [i, segment] of path.slice(from).entries()) {
    if (at === undefined) return undefined
    if (at === null || typeof at !== 'object') {
      const where = formatPath(path.slice(0, from + i))
      throw new HoldfastError(
        'invalid',
        `${where} is ${at === null ? 'null' : `a ${typeof at}`}, which has no ${JSON.stringify(segment)}`,
        { path: where },
      )
    }
    if (at instanceof Map) at = at.get(String(segment))
    else at = Object.hasOwn(at, segment) ? (at as Record<string, unknown>)[segment] : undefined
  }
  return at
}
