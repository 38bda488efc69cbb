import type { ConversationState, TurnRecord } from './record.ts'
import type { Transcript } from './transcript.ts'

/** True for a turn that leads to the head: then it lies on a branch that the active one has come from, before where that was left. */
export function isOnPath(transcript: Transcript, state: ConversationState, turn: TurnRecord): boolean {
  if (state.head === null) return false
  let { branch } = state
  let end = state.head.n
  while (branch.number !== turn.branch) {
    const { from } = branch
    if (from === null) return false
    end = from.n
    branch = transcript.branch(from.branch, state)
  }
  return turn.n <= end
}
