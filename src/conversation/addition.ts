import type { NewTurn } from './turn.ts'
import { type CheckedTurn, checkedTurn } from './turn-check.ts'

/** Where turns are added. */
export interface AddOptions {
  /**
   * The turn that the first one follows; null for one that begins the conversation anew. Behind another than the last of a branch it begins a new
   * branch. Default: the head.
   */
  readonly after?: string | null | undefined
}

/** What `add` may be called with: a turn or a list of them and options, or turns. */
export type AddArguments<Options extends AddOptions> =
  | readonly [turns: NewTurn | readonly NewTurn[], options?: Options | undefined]
  | readonly NewTurn[]

/** The turns and the options among the arguments of `add`. @throws invalid; too_large */
export function addition<Options extends AddOptions>(
  given: AddArguments<Options>,
): { readonly turns: readonly CheckedTurn[]; readonly options: Partial<Options> } {
  const [first, second] = given
  if (Array.isArray(first))
    return { turns: first.map((turn: NewTurn, i) => checkedTurn(turn, [i])), options: (second ?? {}) as Partial<Options> }
  const hasOptions = given.length === 2 && !(second !== undefined && ('role' in second || 'content' in second))
  const turns = (hasOptions ? [first] : given) as readonly NewTurn[]
  return {
    turns: turns.map((turn, i) => checkedTurn(turn, turns.length === 1 ? [] : [i])),
    options: hasOptions ? ((second ?? {}) as Partial<Options>) : {},
  }
}
