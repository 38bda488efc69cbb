import { type Runtime, view } from '../runtime/index.ts'
import type { EntityRow } from '../store/index.ts'
import { outline, type RunOutline } from './inspection.ts'
import { isOver, type RunStart, type RunState, START, STATE } from './record.ts'
import { type RunWait, WAITS } from './run-wait.ts'
import { leafOf, leavesBelow } from './stored.ts'

/** A run as lists show it. */
export interface RunSummary extends RunOutline {
  /** How many were recorded when it last began, waited or ended. */
  readonly steps: number
}

/** None of its steps is read, and nothing of it kept in memory but what it waits for. Undefined when it is gone. */
export async function summaryOf(runtime: Runtime, row: EntityRow): Promise<RunSummary | undefined> {
  const { store } = runtime.ports
  const [start, state] = await Promise.all([START, STATE].map((key) => store.glance(row, key)))
  if (start?.plain === undefined || state?.plain === undefined) return undefined
  const now = leafOf(state.plain) as RunState
  const waits = isOver(now.status) ? [] : await waitsOf(runtime, row)
  return { ...outline(row.id, leafOf(start.plain) as RunStart, now), waits, steps: now.steps }
}

async function waitsOf(runtime: Runtime, row: EntityRow): Promise<readonly RunWait[]> {
  return view(runtime, row, ({ tree }) => leavesBelow(tree, WAITS).map(([, wait]) => wait as RunWait))
}
