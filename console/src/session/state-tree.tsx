import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { useWindow } from '../list/use-window.ts'
import { formatPath } from '../value/path.ts'
import { type MoreRow, type NodeRow, type Row, rowsOf, type View } from '../value/rows.ts'
import type { Node } from '../value/tree.ts'
import { ChosenBar } from './chosen-bar.tsx'
import { TextLine } from './text-line.tsx'
import { ROW, TreeRow } from './tree-row.tsx'
import { useColumns } from './use-columns.ts'
import type { Folds } from './use-folds.ts'
import { useTreeKeys } from './use-tree-keys.ts'
import './state.css'
import '../value/value.css'

/** The element id of the tree. */
export const TREE = 'state-tree'

interface Props {
  readonly root: Node
  readonly view: Folds & { readonly search: string; readonly changesOnly: boolean }
  readonly invalid: ReadonlyMap<string, string>
  readonly chosenId: string | undefined
  readonly onChoose: (id: string) => void
  readonly onEdit?: (node: Node) => void
  readonly label?: string
  /** The lines of the tree, where they are others than those of its nodes. One function for good: lines are made anew for another. */
  readonly list?: (root: Node, view: View) => readonly Row[]
  /** Draws lines of a kind of their own; undefined leaves a line to the tree. */
  readonly draw?: (row: NodeRow, line: DrawnLine) => ReactNode | undefined
}

/** What a line of a tree is told. */
export interface DrawnLine {
  readonly index: number
  readonly chosen: boolean
  readonly onChoose: () => void
  readonly onFold: (open: boolean) => void
}

export function StateTree(props: Props) {
  const { root, view, invalid, chosenId, onChoose, onEdit, label = 'State', list = rowsOf, draw } = props
  const { folds, texts, search, changesOnly, fold, unfoldMore } = view
  const [columns, setColumns] = useState(80)
  const rows = useMemo(
    () => list(root, { folds, texts, columns, search, changesOnly }),
    [list, root, folds, texts, columns, search, changesOnly],
  )
  const { scroller, visible, show } = useWindow(rows.length, ROW)
  useColumns(scroller, rows.length > 0, setColumns)
  const chosen = rows.findIndex(({ id }) => id === chosenId)
  const choose = (index: number) => {
    const row = rows[index]
    if (row) onChoose(row.id)
  }
  const more = (row: MoreRow) => {
    unfoldMore(row.node, row.shown)
    onChoose(row.last)
  }
  const press = useTreeKeys({ rows, chosen, choose, onFold: fold, onMore: more, onEdit })
  useChosenInSight(chosen, chosenId, show)
  useFirstChange(rows, root, chosen === -1 && search === '', show)
  if (rows.length === 0) return <p className="empty dim">Nothing here fits the search.</p>
  const row = rows[chosen]
  return (
    <>
      <div
        className="tree scroll mono"
        id={TREE}
        ref={scroller}
        role="tree"
        tabIndex={0}
        aria-label={label}
        aria-activedescendant={row ? `node-${chosen}` : undefined}
        onKeyDown={press}
      >
        <div className="sheet" role="presentation" style={{ height: rows.length * ROW }}>
          {rows.slice(visible.first, visible.end).map((each, i) => {
            const index = visible.first + i
            const shared = { index, chosen: index === chosen, onChoose: () => choose(index) }
            if (each.type === 'text' || each.type === 'more')
              return <TextLine key={each.id} row={each} {...shared} onMore={more} />
            const line = { ...shared, onFold: (open: boolean) => fold(each.node, open) }
            const drawn = draw?.(each, line)
            if (drawn !== undefined) return drawn
            const problem = each.node.mark === 'removed' ? undefined : invalid.get(formatPath(each.node.path))
            return <TreeRow key={each.id} row={each} {...line} problem={problem} />
          })}
        </div>
      </div>
      <ChosenBar node={row?.node} {...(onEdit && { onEdit })} />
    </>
  )
}

/** Brings what is chosen into sight when the choice changes, not when the rows around it do. */
function useChosenInSight(chosen: number, chosenId: string | undefined, show: (row: number) => void): void {
  const shown = useRef<string>(undefined)
  useEffect(() => {
    // A chosen line that a search or another revision hides is not on screen yet.
    if (shown.current === chosenId || chosen === -1) return
    shown.current = chosenId
    show(chosen)
  }, [chosen, chosenId, show])
}

/** Brings what differs into sight when another state comes on screen, unless the reader has chosen where to look. */
function useFirstChange(rows: readonly Row[], root: Node, free: boolean, show: (row: number) => void): void {
  const shown = useRef<Node>(undefined)
  useEffect(() => {
    if (shown.current === root || !free) return
    shown.current = root
    const first = rows.findIndex(({ node }) => node.mark !== 'same')
    if (first === -1) return
    show(Math.min(rows.length - 1, first + 4))
    show(Math.max(0, first - 2))
  }, [rows, root, free, show])
}
