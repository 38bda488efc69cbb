import { ChevronDown, ChevronRight, Lock, TriangleAlert } from 'lucide-react'
import type { CSSProperties } from 'react'
import { count } from '../time/amount.ts'
import { brackets } from '../value/brackets.ts'
import { textOf } from '../value/long-text.ts'
import type { NodeRow } from '../value/rows.ts'
import { Sign } from './sign.tsx'

/** Pixels. Less than the rows of lists: a state is read as code is, and a pointer still hits it (WCAG 2.2, 2.5.8). */
export const ROW = 24

interface Props {
  readonly index: number
  readonly row: NodeRow
  readonly chosen: boolean
  readonly problem: string | undefined
  readonly onChoose: () => void
  readonly onFold: (open: boolean) => void
}

/** Characters of a folded text that are drawn: more than any screen is wide. */
const MOST_DRAWN = 600

export function TreeRow({ index, row, chosen, problem, onChoose, onFold }: Props) {
  const { node, depth, type } = row
  const style: CSSProperties = { top: index * ROW, '--depth': depth } as CSSProperties
  if (type === 'close')
    return (
      <div className={`line ${node.mark} ${depth === 0 ? 'root' : ''}`} style={style} aria-hidden>
        <Sign mark={node.mark} silent />
        <span className="code">{brackets(node)[1]}</span>
      </div>
    )
  const folds = type !== 'leaf'
  return (
    <div
      id={`node-${index}`}
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={chosen}
      aria-expanded={folds ? type === 'open' : undefined}
      tabIndex={-1}
      className={`line ${node.mark} ${problem === undefined ? '' : 'problem'}`}
      style={style}
      onClick={() => {
        onChoose()
        if (folds && (chosen || type === 'folded')) onFold(type === 'folded')
      }}
    >
      <Sign mark={node.mark} />
      <span className="code cut">
        <span className="fold" aria-hidden>
          {folds && (type === 'open' ? <ChevronDown size={12} /> : <ChevronRight size={12} />)}
        </span>
        {node.name !== null && (
          <>
            <span className={typeof node.name === 'number' ? 'index' : 'name'}>{node.name}</span>
            <span>: </span>
          </>
        )}
        <Value row={row} />
      </span>
      {problem !== undefined && (
        <span className="misfit">
          <TriangleAlert size={12} aria-hidden />
          invalid: {problem}
        </span>
      )}
      {type === 'open' && node.changes > 0 && node.mark === 'same' && <span className="count">{node.changes} changed</span>}
      <span className="kind">{node.children && node.kind !== 'object' ? `${node.kind} ${node.children.length}` : node.kind}</span>
    </div>
  )
}

function Value({ row }: { readonly row: NodeRow }) {
  const { node, type } = row
  const [open, close] = brackets(node)
  if (type === 'open' && !node.children) return <span className="dim">{count(textOf(node).length)} characters</span>
  if (type === 'open') return <span className={row.depth === 0 ? 'dim' : ''}>{open}</span>
  if (node.children) {
    const held = node.children.length
    return (
      <span className="dim">
        {open}
        {held > 0 && ` ${held} ${node.kind === 'object' ? (held === 1 ? 'name' : 'names') : held === 1 ? 'item' : 'items'} `}
        {close}
      </span>
    )
  }
  if (node.kind === 'secret')
    return (
      <span className="v-secret">
        <Lock size={11} aria-hidden />
        <span aria-hidden>{node.text}</span>
        <span className="hidden">secret, not shown</span>
      </span>
    )
  return <span className={`v-${node.kind}`}>{node.text.slice(0, MOST_DRAWN)}</span>
}
