import type { CSSProperties } from 'react'
import { count } from '../time/amount.ts'
import type { MoreRow, TextRow } from '../value/rows.ts'
import { Sign } from './sign.tsx'
import { ROW } from './tree-row.tsx'

interface Props {
  readonly index: number
  readonly row: TextRow | MoreRow
  readonly chosen: boolean
  readonly onChoose: () => void
  readonly onMore: (row: MoreRow) => void
}

/** A line of an unfolded text, or the way to the rest of it. */
export function TextLine({ index, row, chosen, onChoose, onMore }: Props) {
  const { node, depth, type } = row
  return (
    <div
      id={`node-${index}`}
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={chosen}
      tabIndex={-1}
      className={`line ${node.mark}`}
      style={{ top: index * ROW, '--depth': depth } as CSSProperties}
      onClick={() => (type === 'more' ? onMore(row) : onChoose())}
    >
      <Sign mark={node.mark} silent />
      <span className="code cut">
        <span className="fold" aria-hidden />
        {type === 'text' ? <span className={`text v-${node.kind}`}>{row.text}</span> : <span className="more">{rest(row)}</span>}
      </span>
    </div>
  )
}

const rest = ({ shown, length }: MoreRow) => `Show more: ${count(shown)} of ${count(length)} characters are here`
