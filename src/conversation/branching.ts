import { checkLimit } from './limits.ts'
import type { BranchRecord, ConversationState, Place, TurnRecord } from './record.ts'

/**
 * Where a conversation stands when the turn it has gained follows its head: that is the new head. What follows the last turn of a branch goes on
 * with it, anything else begins another one.
 */
export function grown(state: ConversationState | undefined, place: Place): ConversationState {
  const { n, id } = place
  const head = { n, id, depth: (state?.head?.depth ?? 0) + 1 }
  if (state === undefined) {
    const branch = { number: 0, from: null, first: { n, id }, last: { n, id } }
    return { turns: n, head, branch, branches: 1, streaming: [] }
  }
  if (state.head !== null && state.head.n === state.branch.last.n) {
    return { ...state, turns: n, head, branch: { ...state.branch, last: { n, id } } }
  }
  checkLimit('branches', state.branches + 1, { path: 'the conversation', remedy: 'go on in another one' })
  const from = state.head && { n: state.head.n, id: state.head.id, branch: state.branch.number }
  const branch = { number: state.branches, from, first: { n, id }, last: { n, id } }
  return { ...state, turns: n, head, branch, branches: state.branches + 1 }
}

/** Where it stands when a turn of a branch has become its head; null: when the next turn is to begin it anew. */
export function moved(state: ConversationState, turn: TurnRecord | null, branch: BranchRecord): ConversationState {
  return { ...state, head: turn && { n: turn.n, id: turn.id, depth: turn.depth }, branch }
}
