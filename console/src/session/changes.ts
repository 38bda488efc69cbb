import { formatPath } from '../value/path.ts'
import type { Node } from '../value/tree.ts'

export interface ChangeLine {
  readonly sign: '+' | '-'
  readonly path: string
  readonly text: string
}

/** Characters of a value: more than a line of the inspector holds. */
const MOST_TEXT = 200

/** What differs in a merged tree, one line a value, at most `most`. */
export function changesOf(root: Node, most: number): { readonly lines: readonly ChangeLine[]; readonly more: number } {
  const lines: ChangeLine[] = []
  let more = 0
  const visit = (node: Node) => {
    if (node.mark === 'same') {
      if (node.changes > 0) node.children?.forEach(visit)
      return
    }
    if (lines.length >= most) {
      more++
      return
    }
    const text = (node.children ? JSON.stringify(node.value) : node.text).slice(0, MOST_TEXT)
    lines.push({ sign: node.mark === 'added' ? '+' : '-', path: formatPath(node.path), text })
  }
  visit(root)
  return { lines, more }
}
