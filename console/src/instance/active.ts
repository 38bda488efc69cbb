import type { MachineState } from '../api/machine.ts'
import { around } from '../statecharts/state-rows.ts'

/** Ids of all active states, given the innermost ones: those around them are active, too. */
export function activeIn(root: MachineState, innermost: readonly string[]): ReadonlySet<string> {
  return new Set(innermost.flatMap((id) => [...around(root, id), id]))
}
