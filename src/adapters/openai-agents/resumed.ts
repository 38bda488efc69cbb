import type { RunState } from '@openai/agents-core'
import type { AnyAgent } from './any-run.ts'
import type { Hold } from './saved-run-tx.ts'

/** A run that is being resumed in this process, and the claim it is resumed under. */
export interface Resumed {
  readonly state: Pick<RunState<unknown, AnyAgent>, 'toJSON' | 'toString'>
  readonly claim: Hold
}

/**
 * How far a run has come that adds items to its history, where another process could go on from there. That is so while it writes down what its approved
 * tools have answered: the state says which items it is about to add, and the SDK looks, before it resumes that, whether they are there.
 */
export function checkpointOf({ state }: Resumed): string | undefined {
  return state.toJSON().pendingSessionWrite === undefined ? undefined : state.toString()
}
