import type { Attention } from '../api/overview.ts'

/** Runs a dead effect again, or ends one for good. */
export type Act = 'retry' | 'cancel'

interface Kind {
  readonly rank: number
  readonly advice: string
  /** What the server can do with an effect in this trouble, the likelier first. */
  readonly acts: readonly Act[]
}

/** What to do about each kind of trouble; first comes what costs most to leave. */
export const kinds: Readonly<Record<Attention['what'], Kind>> = {
  failed: {
    rank: 0,
    advice: 'Look at the error, mend its cause, then retry the effect; or give it up.',
    acts: ['retry', 'cancel'],
  },
  stuck: { rank: 1, advice: 'Start a process that takes it, or cancel it if it is no longer wanted.', acts: ['cancel'] },
  waiting: { rank: 2, advice: 'A person has to answer. Open the session and decide.', acts: [] },
  invalid: { rank: 3, advice: 'Stored values no longer fit the schema. Open the session and write ones that do.', acts: [] },
}

/** What to do about one of them. */
export function adviceOn({ what, run, approval }: Attention): string {
  if (approval !== undefined) return 'A run has asked and waits. Approve or refuse it.'
  if (run !== undefined) return 'Look at the error, mend its cause, then retry the run: it goes on with the step it failed of.'
  return kinds[what].advice
}

/** What failed first, and within a kind the longest waiting first. */
export function inOrder(attention: readonly Attention[]): readonly Attention[] {
  const time = ({ since }: Attention) => (typeof since === 'number' ? since : Date.parse(since))
  return attention.toSorted((a, b) => kinds[a.what].rank - kinds[b.what].rank || time(a) - time(b))
}
