import { linesOf } from './lines.ts'
import type { Node } from './tree.ts'

/** Characters that unfolding a text shows at first; each further step doubles what is shown. */
export const FIRST_STEP = 4000

/** A part of a text, as lines. */
export interface Passage {
  readonly lines: readonly string[]
  /** Characters of the text that the lines hold, of `length`. */
  readonly shown: number
  readonly length: number
}

/** Whether a value without children needs more than the `columns` cells of its line. */
export function isLong(node: Node, columns: number): boolean {
  if (node.children || node.kind === 'secret') return false
  const cells = node.text.length + (node.name === null ? 0 : String(node.name).length + 2)
  return cells > columns || (node.kind === 'string' && node.text.includes('\\n') && textOf(node).includes('\n'))
}

/** The first `shown` characters of a value's text in lines of `columns` cells. */
export function passageOf(node: Node, shown: number, columns: number): Passage {
  const text = textOf(node)
  // Half of a surrogate pair is no character.
  const head = text.slice(0, shown).replace(/[\ud800-\udbff]$/, '')
  return { lines: linesOf(head, columns), shown: head.length, length: text.length }
}

/** A text as it is, not as JSON writes it. */
export const textOf = (node: Node) => (node.kind === 'string' && typeof node.value === 'string' ? node.value : node.text)
