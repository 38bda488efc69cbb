import type { RunState } from '@openai/agents-core'
import { HoldfastError } from '../../core/index.ts'
import type { AnyAgent, AnyRunState } from './any-run.ts'
import { Claim } from './claim.ts'
import type { HoldfastSession } from './holdfast-session.ts'
import { holdOf, setHold } from './holds.ts'
import { clear, type LoadOptions, loadRunState, saveText } from './run-state.ts'

/** How a run is resumed. */
export interface ResumeOptions<TContext = unknown> extends LoadOptions<TContext> {
  /**
   * Milliseconds for which this process keeps others from resuming the run, unless it renews that, as it does while it lives: if it dies, others may
   * after so long. Default 15,000, at least 1,000.
   */
  readonly lease?: number
}

/** What a run has come to: of a `RunResult`, or of a `StreamedRunResult` that is completed. */
export interface Outcome {
  readonly state: AnyRunState
  readonly interruptions?: readonly unknown[]
}

/**
 * Lets the interrupted run of a conversation go on, in one process at a time: `work` gets its state, decides what is still to be approved, and runs it:
 * `(state, signal) => run(agent, state, { session, signal })`. If that ends in the next interruption, the run is saved again; if it is done, it is
 * cleared. If it throws, the run is saved as far as it has come, and what tools have returned by then is not asked of them again.
 *
 * What the approved tools answer is stored together with how far the run has come. When the process dies before that, the next one calls them again, with the
 * same `callId`, which a payment, say, is to be idempotent by; see `recorded`. `signal` is aborted when the process has stood still for so long that somebody else has the run.
 * @throws not_found when no run is saved; conflict when somebody else resumes it or has done so meanwhile; invalid; whatever `work` throws
 */
export async function resumeRun<TAgent extends AnyAgent, Result extends Outcome, TContext = unknown>(
  agent: TAgent,
  session: HoldfastSession,
  work: (state: RunState<TContext, TAgent>, signal: AbortSignal) => Promise<Result>,
  { lease = 15_000, ...options }: ResumeOptions<TContext> = {},
): Promise<Result> {
  if (!Number.isFinite(lease) || lease < 1000)
    throw new HoldfastError('invalid', `Expected a lease of at least 1,000 milliseconds, got ${lease}`, { path: 'lease' })
  const { place } = session
  const state = await loadRunState<TAgent, TContext>(agent, session, options)
  const seen = state && holdOf(state, place)
  if (state === undefined || seen === undefined)
    throw new HoldfastError('not_found', `No interrupted run of conversation ${place.id} is saved`, { entity: place.id })
  const claim = await Claim.take(place, seen, lease)
  setHold(state, place, claim.hold)
  session.resumed = { state, claim: claim.hold }
  try {
    const result = await work(state, claim.lost)
    await settle(session, result, claim)
    return result
  } catch (error) {
    await keep(session, state, claim)
    throw error
  } finally {
    session.resumed = undefined
    claim.end()
  }
}

/** Saves what is interrupted again, and forgets what is done. */
async function settle({ place }: HoldfastSession, { state, interruptions = [] }: Outcome, { hold }: Claim): Promise<void> {
  if (interruptions.length > 0) setHold(state, place, await saveText(place, state.toString(), hold))
  else {
    await clear(place, hold)
    setHold(state, place, undefined)
  }
}

/** Saves how far a run has come that has failed; where that cannot be, its claim ends with the lease, and what was saved before stays. */
async function keep({ place }: HoldfastSession, state: AnyRunState, { hold }: Claim): Promise<void> {
  try {
    setHold(state, place, await saveText(place, state.toString(), hold))
  } catch {
    // Why the run has failed is what its caller is to know.
  }
}
