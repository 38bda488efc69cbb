import { Braces, Link2, Pencil } from 'lucide-react'
import { formatPath } from '../value/path.ts'
import type { Node } from '../value/tree.ts'
import { copyPath, copyValue } from './copying.ts'

interface Props {
  readonly node: Node | undefined
  readonly onEdit?: (node: Node) => void
}

/** What can be done with the chosen value. */
export function ChosenBar({ node, onEdit }: Props) {
  if (!node)
    return (
      <div className="chosen dim">
        <span>Choose a value to copy its path{onEdit && ' or edit it'}. ↑ ↓ move, Enter folds.</span>
      </div>
    )
  const editable = onEdit && node.mark !== 'removed' && node.kind !== 'secret' && node.path.length > 0
  return (
    <div className="chosen">
      <span className="mono cut">{formatPath(node.path) || 'the whole state'}</span>
      <span className="dim">{node.kind}</span>
      <button
        type="button"
        className="icon-button"
        aria-label="Copy the path"
        title="Copy the path (p)"
        onClick={() => void copyPath(node)}
      >
        <Link2 size={14} aria-hidden />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Copy the value as JSON"
        title="Copy the value as JSON (c)"
        onClick={() => void copyValue(node)}
      >
        <Braces size={14} aria-hidden />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Edit the value"
        title="Edit the value (e)"
        disabled={!editable}
        onClick={() => onEdit?.(node)}
      >
        <Pencil size={14} aria-hidden />
      </button>
    </div>
  )
}
