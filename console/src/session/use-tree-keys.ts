import type { KeyboardEvent } from 'react'
import type { MoreRow, Row } from '../value/rows.ts'
import type { Node } from '../value/tree.ts'
import { copyPath, copyValue } from './copying.ts'

interface Keys {
  readonly rows: readonly Row[]
  /** -1 while nothing is chosen. */
  readonly chosen: number
  readonly choose: (index: number) => void
  readonly onFold: (node: Node, open: boolean) => void
  readonly onMore: (row: MoreRow) => void
  readonly onEdit: ((node: Node) => void) | undefined
}

/** The keys of a tree, after the tree pattern of the ARIA Authoring Practices. */
export function useTreeKeys({ rows, chosen, choose, onFold, onMore, onEdit }: Keys) {
  const row = rows[chosen]
  const next = (from: number, step: number) => {
    let index = from + step
    while (rows[index]?.type === 'close') index += step
    return rows[index] ? index : from
  }
  const parent = () =>
    rows.findLastIndex((each, index) => index < chosen && each.type === 'open' && each.depth === (row?.depth ?? 0) - 1)
  const enter = () => {
    if (row?.type === 'more') onMore(row)
    else if (row?.type === 'folded' || row?.type === 'open') onFold(row.node, row.type === 'folded')
  }
  const moves: Readonly<Record<string, () => void>> = {
    ArrowDown: () => choose(chosen === -1 ? 0 : next(chosen, 1)),
    ArrowUp: () => choose(chosen === -1 ? 0 : next(chosen, -1)),
    Home: () => choose(0),
    End: () => choose(next(rows.length, -1)),
    ArrowRight: () => (row?.type === 'folded' ? onFold(row.node, true) : choose(next(chosen, 1))),
    ArrowLeft: () => (row?.type === 'open' ? onFold(row.node, false) : choose(Math.max(0, parent()))),
    Enter: enter,
    c: () => row && void copyValue(row.node),
    p: () => row && void copyPath(row.node),
    e: () => row && onEdit?.(row.node),
  }
  return (event: KeyboardEvent) => {
    // Left and right step through time until something in the tree is chosen.
    const sideways = event.key === 'ArrowLeft' || event.key === 'ArrowRight'
    const move = moves[event.key]
    if (!move || event.ctrlKey || event.metaKey || event.altKey || (chosen === -1 && sideways)) return
    event.preventDefault()
    move()
  }
}
