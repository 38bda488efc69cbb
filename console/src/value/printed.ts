import type { Json } from '../api/json.ts'
import { brackets } from './brackets.ts'
import type { Kind } from './kind.ts'
import { textOf } from './long-text.ts'
import type { Segment } from './path.ts'
import { type Node, treeOf } from './tree.ts'

/** A line of a value that is printed whole. */
export interface PrintedLine {
  readonly depth: number
  readonly name: Segment | null
  readonly kind: Kind | 'bracket'
  readonly text: string
}

/** The beginning of a value, or all of it. */
export interface Printed {
  readonly lines: readonly PrintedLine[]
  readonly whole: boolean
}

/** A value as lines, `most` characters of it. The names of an object stand at the edge: what is printed alone needs no braces. */
export function printed(value: Json, most: number): Printed {
  const lines: PrintedLine[] = []
  let left = most
  let whole = true
  for (const line of linesOf(treeOf(value))) {
    if (left <= 0) return { lines, whole: false }
    const text = line.text.slice(0, left).replace(/[\ud800-\udbff]$/, '')
    whole = text.length === line.text.length
    lines.push({ ...line, text })
    // A line that holds little takes its place on the screen all the same.
    left -= Math.max(20, line.text.length)
  }
  return { lines, whole }
}

function* linesOf(root: Node): Generator<PrintedLine> {
  if (root.kind === 'object' && root.children && root.children.length > 0)
    for (const child of root.children) yield* nested(child, 0)
  else yield* nested(root, 0)
}

function* nested(node: Node, depth: number): Generator<PrintedLine> {
  const { name, kind, children } = node
  if (!children) {
    yield { depth, name, kind, text: wordsOf(node) }
    return
  }
  const [open, close] = brackets(node)
  if (children.length === 0) {
    yield { depth, name, kind: 'bracket', text: open + close }
    return
  }
  yield { depth, name, kind: 'bracket', text: open }
  for (const child of children) yield* nested(child, depth + 1)
  yield { depth, name: null, kind: 'bracket', text: close }
}

/** A text of several lines, or one that stands alone, is read as it is, not as JSON writes it. */
function wordsOf(node: Node): string {
  if (node.kind !== 'string') return node.text
  const text = textOf(node)
  return node.name === null || text.includes('\n') ? text : node.text
}
