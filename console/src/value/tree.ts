import type { Json } from '../api/json.ts'
import { type Child, type Kind, shapeOf } from './kind.ts'
import { formatPath, type Path, type Segment } from './path.ts'

export type Mark = 'same' | 'added' | 'removed'

/** A node of the tree that shows a state, or two states laid over each other. */
export interface Node {
  readonly id: string
  readonly path: Path
  readonly name: Segment | null
  readonly value: Json
  readonly kind: Kind
  readonly text: string
  readonly mark: Mark
  /** How many values below it (itself included) differ. */
  readonly changes: number
  readonly children?: readonly Node[]
}

/** The tree of one state. */
export function treeOf(value: Json): Node {
  return plain(value, [], null, 'same')
}

/** A value as a branch of a larger tree. */
export function branchOf(value: Json, path: Path): Node {
  return plain(value, path, path.at(-1) ?? null, 'same')
}

/** The tree of two states: what is in both once, what differs as a removed and an added node. */
export function mergedTree(before: Json, after: Json): Node {
  const [only, ...more] = merge(before, after, [], null)
  if (only && more.length === 0) return only
  return plain(after, [], null, 'added')
}

/** The nodes from the root to the one at a path, both included; what is goes before what was. Empty when there is none. */
export function wayTo(root: Node, path: string): readonly Node[] {
  const is = wayToId(root, `+${path}`)
  return is.length > 0 ? is : wayToId(root, `-${path}`)
}

function wayToId(node: Node, id: string): readonly Node[] {
  if (node.id === id) return [node]
  for (const child of node.children ?? []) {
    const way = wayToId(child, id)
    if (way.length > 0) return [node, ...way]
  }
  return []
}

export function sameJson(a: Json, b: Json): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

function merge(before: Json, after: Json, path: Path, name: Segment | null): readonly Node[] {
  const was = shapeOf(before)
  const is = shapeOf(after)
  if (!was.children || !is.children || was.kind !== is.kind) {
    if (was.kind === is.kind && was.text === is.text && sameJson(before, after)) return [plain(after, path, name, 'same')]
    // One change, though it takes two lines.
    return [{ ...plain(before, path, name, 'removed'), changes: 0 }, plain(after, path, name, 'added')]
  }
  const children = mergeChildren(was.children, is.children, path)
  const changes = children.reduce((sum, child) => sum + child.changes, 0)
  return [{ id: idOf(path, 'same'), path, name, value: after, kind: is.kind, text: '', mark: 'same', changes, children }]
}

function mergeChildren(before: readonly Child[], after: readonly Child[], path: Path): readonly Node[] {
  const was = new Map(before.map((child) => [child.name, child.value]))
  const is = new Set(after.map((child) => child.name))
  const gone = before.filter(({ name }) => !is.has(name))
  const kept = after.flatMap(({ name, value }) => {
    const old = was.get(name)
    return old === undefined ? [plain(value, [...path, name], name, 'added')] : merge(old, value, [...path, name], name)
  })
  return [...gone.map(({ name, value }) => plain(value, [...path, name], name, 'removed')), ...kept]
}

function plain(value: Json, path: Path, name: Segment | null, mark: Mark): Node {
  const { kind, text, children } = shapeOf(value)
  const changes = mark === 'same' ? 0 : 1
  const node = { id: idOf(path, mark), path, name, value, kind, text, mark, changes }
  if (!children) return node
  return { ...node, children: children.map((child) => plain(child.value, [...path, child.name], child.name, mark)) }
}

const idOf = (path: Path, mark: Mark) => `${mark === 'removed' ? '-' : '+'}${formatPath(path)}`
