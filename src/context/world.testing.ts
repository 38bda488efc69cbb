import type { Path } from '../core/index.ts'
import { Candidates, leavesOf, type Question, type Ranked, rank, type Variable } from './index.ts'

/** A variable of a state, changed once at revision 1 unless said. */
export function variable(path: Path, value: unknown, life: Partial<Variable> = {}): Variable {
  return { path, value, changed: 1, changes: 1, ...life }
}

/** The variables of a state, each changed at revision 1. */
export function variablesOf(state: unknown): Variable[] {
  return [...leavesOf(state, [], { leaves: 10_000, depth: 32 })].map(({ path, value }) => variable(path, value))
}

/** Ranks for a query at revision 10. */
export function ranked(variables: readonly Variable[], query: string, more: Partial<Question> = {}): Ranked[] {
  return rank(new Candidates(variables), { query, revision: 10, ...more })
}

/** The one at a path. */
export function at(list: readonly Ranked[], path: string): Ranked | undefined {
  return list.find((one) => one.path === path)
}
