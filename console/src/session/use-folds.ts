import { useState } from 'react'
import { FIRST_STEP } from '../value/long-text.ts'
import type { Node } from '../value/tree.ts'

/** What of a tree is open by hand: nodes, and how much of long texts. */
export interface Folds {
  readonly folds: ReadonlyMap<string, boolean>
  readonly texts: ReadonlyMap<string, number>
  readonly fold: (node: Node, open: boolean) => void
  /** Shows twice as much of a long text. */
  readonly unfoldMore: (node: Node, shown: number) => void
  /** Opens or folds all of a tree; texts are only folded, for all of them might be a book. */
  readonly foldAll: (root: Node | undefined, open: boolean) => void
  /** Opens the way to a node. */
  readonly openWay: (way: readonly Node[]) => void
}

export function useFolds(): Folds {
  const [folds, setFolds] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [texts, setTexts] = useState<ReadonlyMap<string, number>>(new Map())
  return {
    folds,
    texts,
    fold: ({ id, children }, open) => {
      if (children) setFolds((now) => new Map(now).set(id, open))
      else setTexts((now) => (open ? new Map(now).set(id, FIRST_STEP) : without(now, id)))
    },
    unfoldMore: ({ id }, shown) => setTexts((now) => new Map(now).set(id, 2 * shown)),
    foldAll: (root, open) => {
      setFolds(root ? allOf(root, open) : new Map())
      if (!open) setTexts(new Map())
    },
    openWay: (way) => setFolds((now) => new Map([...now, ...way.slice(0, -1).map(({ id }) => [id, true] as const)])),
  }
}

const without = (texts: ReadonlyMap<string, number>, id: string) => new Map([...texts].filter(([each]) => each !== id))

function allOf(root: Node, open: boolean): ReadonlyMap<string, boolean> {
  const folds = new Map<string, boolean>()
  const visit = (node: Node, depth: number) => {
    if (!node.children) return
    folds.set(node.id, open || depth === 0)
    for (const child of node.children) visit(child, depth + 1)
  }
  visit(root, 0)
  return folds
}
