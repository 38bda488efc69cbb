import type { MachineState } from '../api/machine.ts'

/** A line of the tree of states. */
export interface StateRow {
  readonly state: MachineState
  /** From 1 on. */
  readonly level: number
  /** Its place among its siblings, from 1 on, and how many they are. */
  readonly place: number
  readonly siblings: number
  /** Undefined where there is nothing to unfold. */
  readonly open: boolean | undefined
  /** The row of its parent; -1 at the top. */
  readonly parent: number
}

/** The states on screen: all but the dots compound states begin at, and what lies in folded ones. */
export function stateRows(root: MachineState, folded: ReadonlySet<string>): StateRow[] {
  const rows: StateRow[] = []
  const walk = (states: readonly MachineState[], level: number, parent: number): void => {
    for (const [at, state] of states.entries()) {
      const children = shownIn(state)
      const open = children.length === 0 ? undefined : !folded.has(state.id)
      const row = rows.push({ state, level, place: at + 1, siblings: states.length, open, parent }) - 1
      if (open) walk(children, level + 1, row)
    }
  }
  walk([root], 1, -1)
  return rows
}

/** A state by its id; undefined for one that is not there. */
export function findState(root: MachineState, id: string): MachineState | undefined {
  if (root.id === id) return root
  for (const child of root.children) {
    const found = findState(child, id)
    if (found !== undefined) return found
  }
  return undefined
}

/** The ids of the states around one. */
export function around(root: MachineState, id: string): string[] {
  const path = (state: MachineState): string[] | undefined => {
    if (state.id === id) return []
    for (const child of state.children) {
      const rest = path(child)
      if (rest !== undefined) return [state.id, ...rest]
    }
    return undefined
  }
  return path(root) ?? []
}

function shownIn({ children }: MachineState): MachineState[] {
  return children.filter(({ kind }) => kind !== 'initial')
}
