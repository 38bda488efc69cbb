import { isLong, passageOf } from './long-text.ts'
import type { Node } from './tree.ts'

/** One line of the tree on screen. */
export type Row = NodeRow | TextRow | MoreRow

interface Placed {
  /** Names the line among all of a tree; a node's first line has the id of the node. */
  readonly id: string
  readonly node: Node
  readonly depth: number
}

export interface NodeRow extends Placed {
  readonly type: 'leaf' | 'open' | 'folded' | 'close'
}

/** A line of an unfolded text. */
export interface TextRow extends Placed {
  readonly type: 'text'
  readonly text: string
}

/** Stands for the rest of a text that is too long to be shown at once. */
export interface MoreRow extends Placed {
  readonly type: 'more'
  /** Characters on screen, of `length`. */
  readonly shown: number
  readonly length: number
  /** The last line before it. */
  readonly last: string
}

export interface View {
  /** How many characters of long texts are unfolded; those not named here are folded. */
  readonly texts: ReadonlyMap<string, number>
  /** Cells of a monospaced line at the left edge. */
  readonly columns: number
  /** Nodes opened (true) or folded (false) by hand. */
  readonly folds: ReadonlyMap<string, boolean>
  /** Text to look for in names and values. */
  readonly search: string
  /** Show only what differs, and the way to it. */
  readonly changesOnly: boolean
}

/** Cells that one level takes: 16 px of a font whose characters are 7.2 px wide, rounded up. */
const INDENT = 3

/** The lines a tree shows: pure, so that a hundred thousand of them can be tested without a browser. */
export function rowsOf(root: Node, view: View): readonly Row[] {
  const rows: Row[] = []
  const wanted = view.search.trim().toLowerCase()
  const matches = wanted === '' ? undefined : matchesIn(root, wanted)
  emit(root, 0, view, matches, sizeOf(root) <= 300, rows)
  return rows
}

/** How many nodes fit a search. */
export function matchCount(root: Node, search: string): number {
  const wanted = search.trim().toLowerCase()
  if (wanted === '') return 0
  return (fits(root, wanted) ? 1 : 0) + (root.children ?? []).reduce((sum, child) => sum + matchCount(child, search), 0)
}

function emit(node: Node, depth: number, view: View, matches: ReadonlySet<Node> | undefined, small: boolean, rows: Row[]): void {
  if (matches && !matches.has(node)) return
  if (view.changesOnly && depth > 0 && node.changes === 0 && node.mark === 'same') return
  const children = node.children
  if (!children) {
    emitLeaf(node, depth, view, rows)
    return
  }
  const byItself = small || depth < 2 || node.changes > 0 || (matches !== undefined && depth < 40)
  const open = children.length > 0 && (view.folds.get(node.id) ?? byItself)
  if (!open) {
    rows.push({ id: node.id, type: children.length > 0 ? 'folded' : 'leaf', node, depth })
    return
  }
  rows.push({ id: node.id, type: 'open', node, depth })
  for (const child of children) emit(child, depth + 1, view, matches, small, rows)
  rows.push({ id: `}${node.id}`, type: 'close', node, depth })
}

function emitLeaf(node: Node, depth: number, view: View, rows: Row[]): void {
  const columns = view.columns - depth * INDENT
  const shown = view.texts.get(node.id)
  if (shown === undefined || !isLong(node, columns)) {
    rows.push({ id: node.id, type: isLong(node, columns) ? 'folded' : 'leaf', node, depth })
    return
  }
  rows.push({ id: node.id, type: 'open', node, depth })
  const passage = passageOf(node, shown, columns - INDENT)
  const lineId = (line: number) => `${line}${node.id}`
  passage.lines.forEach((text, line) => {
    rows.push({ id: lineId(line), type: 'text', node, depth: depth + 1, text })
  })
  if (passage.shown < passage.length)
    rows.push({
      ...{ id: `>${node.id}`, type: 'more', node, depth: depth + 1, last: lineId(passage.lines.length - 1) },
      ...{ shown: passage.shown, length: passage.length },
    })
}

/** The nodes that fit, those on the way to them and those below them. */
function matchesIn(root: Node, wanted: string): ReadonlySet<Node> {
  const found = new Set<Node>()
  const visit = (node: Node, inside: boolean): boolean => {
    const here = inside || fits(node, wanted)
    let below = false
    for (const child of node.children ?? []) below = visit(child, here) || below
    if (here || below) found.add(node)
    return here || below
  }
  visit(root, false)
  return found
}

function fits(node: Node, wanted: string): boolean {
  if (node.name !== null && String(node.name).toLowerCase().includes(wanted)) return true
  return node.text.toLowerCase().includes(wanted)
}

function sizeOf(node: Node): number {
  return 1 + (node.children ?? []).reduce((sum, child) => sum + sizeOf(child), 0)
}
