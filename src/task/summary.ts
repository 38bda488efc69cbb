import { type Runtime, view } from '../runtime/index.ts'
import type { EntityRow } from '../store/index.ts'
import { leafOf, leavesBelow, outline, type RunOutline } from './inspection.ts'
import { isOver, type RunStart, type RunState, START, STATE } from './record.ts'
import { type RunWait, TALLY, WAITS } from './tally.ts'

/** A run as lists show it. */
export interface RunSummary extends RunOutline {
  /** How many are recorded. */
  readonly steps: number
}

/** None of its steps is read, and nothing of it kept in memory but what it waits for. Undefined when it is gone. */
export async function summaryOf(runtime: Runtime, row: EntityRow): Promise<RunSummary | undefined> {
  const { store } = runtime.ports
  const [start, state, tally] = await Promise.all([START, STATE, TALLY].map((key) => store.glance(row, key)))
  if (start?.plain === undefined || state?.plain === undefined) return undefined
  const told = outline(row.id, leafOf(start.plain) as RunStart, leafOf(state.plain) as RunState)
  const waits = isOver(told.status) ? [] : await waitsOf(runtime, row)
  return { ...told, waits, steps: Number(leafOf(tally?.plain) ?? 0) }
}

async function waitsOf(runtime: Runtime, row: EntityRow): Promise<readonly RunWait[]> {
  return view(runtime, row, ({ tree }) => leavesBelow(tree, WAITS).map(([, wait]) => wait as RunWait))
}
