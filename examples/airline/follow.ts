import type { Holdfast } from 'holdfast'
import { type ChatMessage, type ReplayOptions, type Run, replayRuns } from 'holdfast/replay'
import tracker from '../airline-tracker.ts'
import { hear } from './hear.ts'
import { SupportAgent } from './machine.ts'

/** How recorded runs are followed. */
export interface FollowOptions extends Pick<ReplayOptions, 'signal' | 'onAcknowledged'> {
  /** Milliseconds a customer who is handed over waits for a human. */
  readonly patience?: number
}

/**
 * Replays recorded runs, a machine beside each session: what a message changes in the session and what it is to the machine are one
 * commit. Going on after an interruption gives no message twice.
 */
export async function followRuns(
  hf: Holdfast,
  runs: readonly Run[],
  file: string,
  { signal, onAcknowledged, ...input }: FollowOptions = {},
): Promise<void> {
  await replayRuns(hf, runs, file, {
    tracker,
    signal,
    onAcknowledged,
    alongside(tx, message: ChatMessage, { session, last }) {
      const agent = tx.machine(SupportAgent, session, 'agent')
      agent.start(input)
      hear(agent, message, last)
    },
  })
}
