import { useMemo, useState } from 'react'
import type { Run } from '../api/run.ts'
import { StateTree } from '../session/state-tree.tsx'
import { useFolds } from '../session/use-folds.ts'
import { count } from '../time/amount.ts'
import { StepRow } from './step-row.tsx'
import { stepRows, stepTree } from './step-tree.ts'

const nothing: ReadonlyMap<string, string> = new Map()

/** What the run has recorded, in the order it was asked for. */
export function StepsTab({ run }: { readonly run: Run }) {
  const { steps, status } = run
  const [chosenId, setChosenId] = useState<string>()
  const folds = useFolds()
  const tree = useMemo(() => stepTree(steps), [steps])
  const byName = useMemo(() => new Map(steps.map((step) => [step.name, step])), [steps])
  if (steps.length === 0)
    return <p className="empty dim">{status === 'running' ? 'Nothing is recorded yet.' : 'It has recorded no step.'}</p>
  return (
    <section className="state-main steps" aria-label={`${count(steps.length)} steps`}>
      <StateTree
        label="Steps"
        root={tree}
        view={{ ...folds, search: '', changesOnly: false }}
        invalid={nothing}
        chosenId={chosenId}
        onChoose={setChosenId}
        list={stepRows}
        draw={(row, line) => {
          const step = row.depth === 1 ? byName.get(String(row.node.name)) : undefined
          return step && <StepRow key={row.id} step={step} row={row} {...line} />
        }}
      />
    </section>
  )
}
