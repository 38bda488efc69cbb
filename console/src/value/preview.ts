import { brackets } from './brackets.ts'
import type { Node } from './tree.ts'

/** A value in one line, as much of it as fits into `most` characters. */
export function preview(node: Node, most: number): string {
  let text = ''
  for (const word of wordsOf(node)) {
    text += word
    if (text.length > most) return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`
  }
  return text
}

function* wordsOf(node: Node): Generator<string> {
  if (!node.children) {
    yield node.text
    return
  }
  const [open, close] = brackets(node)
  yield open
  for (const [at, child] of node.children.entries()) {
    yield at > 0 ? ', ' : node.kind === 'array' ? '' : ' '
    if (node.kind === 'object' || node.kind === 'map') yield `${child.name}: `
    yield* wordsOf(child)
  }
  yield node.children.length > 0 && node.kind !== 'array' ? ` ${close}` : close
}
