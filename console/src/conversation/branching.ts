import type { Branch, Turn } from '../api/conversation.ts'

/** Where the branches of a conversation leave each other. */
export interface Branching {
  /** Branches by the id of the turn that their first one follows. */
  readonly leaving: ReadonlyMap<string, readonly number[]>
  /** The last turn of each. */
  readonly last: ReadonlyMap<number, string>
}

export function branchingOf(branches: readonly Branch[]): Branching {
  const leaving = new Map<string, number[]>()
  for (const { branch, from } of branches) {
    if (from !== null) leaving.set(from, [...(leaving.get(from) ?? []), branch])
  }
  return { leaving, last: new Map(branches.map(({ branch, last }) => [branch, last])) }
}

/** The branches that go on behind a turn, other than the ones that are on the screen. */
export function waysFrom(
  turn: Pick<Turn, 'id' | 'branch'>,
  { leaving, last }: Branching,
  shown: ReadonlySet<number>,
): readonly number[] {
  const begun = leaving.get(turn.id) ?? []
  const others = begun.filter((branch) => !shown.has(branch))
  const isLeft = others.length < begun.length && last.get(turn.branch) !== turn.id
  return isLeft ? [turn.branch, ...others] : others
}
