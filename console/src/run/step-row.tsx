import { Check, ChevronDown, ChevronRight, Hourglass, type LucideIcon, X } from 'lucide-react'
import type { CSSProperties } from 'react'
import type { RunStep } from '../api/run.ts'
import type { DrawnLine } from '../session/state-tree.tsx'
import { ROW } from '../session/tree-row.tsx'
import { countdown } from '../time/instant.ts'
import { useNow } from '../time/use-now.ts'
import { preview } from '../value/preview.ts'
import type { NodeRow } from '../value/rows.ts'
import { waitWords } from './wait-words.ts'

const icons: Readonly<Record<RunStep['status'], LucideIcon>> = { done: Check, failed: X, waiting: Hourglass }

/** Characters of a value that are drawn: more than any screen is wide. */
const MOST_DRAWN = 400

interface Props extends DrawnLine {
  readonly step: RunStep
  readonly row: NodeRow
}

/** One step: how it ended, its name, and in one line what it came to. */
export function StepRow({ step, row, index, chosen, onChoose, onFold }: Props) {
  const { name, status } = step
  const Icon = icons[status]
  const folds = row.type !== 'leaf'
  const open = row.type === 'open'
  return (
    <div
      id={`node-${index}`}
      role="treeitem"
      aria-level={2}
      aria-selected={chosen}
      aria-expanded={folds ? open : undefined}
      tabIndex={-1}
      className={`line step ${status}`}
      style={{ top: index * ROW, '--depth': 1 } as CSSProperties}
      onClick={() => {
        onChoose()
        if (folds && (chosen || !open)) onFold(!open)
      }}
    >
      <span className="sign">
        <Icon size={13} aria-hidden />
      </span>
      <span className="code cut">
        <span className="fold" aria-hidden>
          {folds && (open ? <ChevronDown size={12} /> : <ChevronRight size={12} />)}
        </span>
        <b>{name}</b>
        <span className="came">{!open && <Came step={step} row={row} />}</span>
      </span>
      <span className="how">{status}</span>
    </div>
  )
}

function Came({ step, row }: Pick<Props, 'step' | 'row'>) {
  if (step.status === 'waiting' && step.wait) return <Waits wait={{ ...step.wait, step: step.name }} />
  if (step.status === 'failed') return <>{step.error && `${step.error.name}: ${step.error.message}`.slice(0, MOST_DRAWN)}</>
  const { node } = row
  if (step.value === undefined || node.kind === 'undefined') return null
  return <span className={node.children ? 'dim' : `v-${node.kind}`}>{preview(node, MOST_DRAWN)}</span>
}

function Waits({ wait }: { readonly wait: Parameters<typeof waitWords>[0] }) {
  const now = useNow()
  return (
    <>
      for {waitWords(wait)}
      {wait.until !== null && `, ${countdown(wait.until, now)} left`}
    </>
  )
}
