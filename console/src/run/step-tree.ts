import type { Json } from '../api/json.ts'
import type { RunStep } from '../api/run.ts'
import { type Row, rowsOf, type View } from '../value/rows.ts'
import { branchOf, type Node } from '../value/tree.ts'

/** The steps of a run as a tree: below each what it came to, what it failed of, or what it waits for. */
export function stepTree(steps: readonly RunStep[]): Node {
  const children = steps.map((step) => branchOf(shownOf(step), [step.name]))
  return { ...branchOf(null, []), kind: 'object', text: '', children }
}

/** Its lines: steps are folded until somebody opens them, and what is around them needs no line. */
export function stepRows(root: Node, view: View): readonly Row[] {
  const folds = new Map((root.children ?? []).map(({ id }) => [id, view.folds.get(id) ?? false]))
  for (const [id, open] of view.folds) folds.set(id, open)
  return rowsOf(root, { ...view, folds }).filter(({ type, depth }) => depth > 1 || (depth === 1 && type !== 'close'))
}

function shownOf(step: RunStep): Json {
  if (step.status === 'failed') return { ...step.error }
  if (step.status === 'waiting') return waitShown(step.wait)
  return step.value ?? null
}

function waitShown(wait: RunStep['wait']): Json {
  if (wait === undefined) return null
  const { for: what, until, event, title, run, data } = wait
  return {
    for: what,
    ...(title !== undefined && { title }),
    ...(event !== undefined && { event }),
    ...(run !== undefined && { run }),
    ...(until !== null && { until: { $date: new Date(until).toISOString() } }),
    ...(data !== undefined && { data }),
  }
}
