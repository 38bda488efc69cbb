import { type RunContext, RunState } from '@openai/agents-core'
import type { Synchronous } from '../../runtime/index.ts'
import type { AnyAgent, AnyRunState } from './any-run.ts'
import type { HoldfastSession } from './holdfast-session.ts'
import { holdOf, setHold } from './holds.ts'
import type { Place } from './place.ts'
import { type Hold, RUN_STATE_KIND, SavedRunTx } from './saved-run-tx.ts'

/** How a run is loaded. */
export interface LoadOptions<TContext = unknown> {
  /** The context the run goes on with; the saved one is merged into it. Default: a new one that is like the saved one. */
  readonly context?: RunContext<TContext>
}

/**
 * Saves an interrupted run beside the history of its conversation, which has at most one. A state that was loaded is saved in the place of what it was
 * loaded from, if that still stands: approvals of several people, in several processes, do not overwrite each other.
 * @throws conflict when the saved run has been saved, resumed or cleared by somebody else meanwhile, or the session is closed; too_large beyond 8 MiB
 */
export async function saveRunState({ place }: HoldfastSession, state: AnyRunState): Promise<void> {
  setHold(state, place, await saveText(place, state.toString(), holdOf(state, place)))
}

/**
 * The interrupted run of a conversation: to see what waits for approval, or to note decisions and save it again; undefined when there is none. To let it go
 * on, `resumeRun` it: nothing keeps others from doing the same with what they have loaded.
 * @throws the SDK's `UserError` when `agent`, and those it can hand over to, are not those of the run
 */
export async function loadRunState<TAgent extends AnyAgent, TContext = unknown>(
  agent: TAgent,
  { place }: HoldfastSession,
  options: LoadOptions<TContext> = {},
): Promise<RunState<TContext, TAgent> | undefined> {
  const saved = await place.read(
    RUN_STATE_KIND,
    (entity, now) => new SavedRunTx(entity, place, now).saved as Synchronous<SavedRunTx['saved']>,
  )
  if (saved === undefined) return undefined
  const { context } = options
  const state =
    context === undefined
      ? await RunState.fromString<TContext, TAgent>(agent, saved.text)
      : await RunState.fromStringWithContext<TContext, TAgent>(agent, saved.text, context)
  setHold(state, place, saved.hold)
  return state
}

/**
 * Forgets the interrupted run of a conversation: the one that `state` was loaded from or saved as, or, without it, whichever there is.
 * @throws conflict when `state` was loaded from one that has been saved, resumed or cleared meanwhile
 */
export async function clearRunState({ place }: HoldfastSession, state?: AnyRunState): Promise<void> {
  if (state === undefined) return clear(place, undefined)
  const hold = holdOf(state, place)
  if (hold === undefined) return
  await clear(place, hold)
  setHold(state, place, undefined)
}

/** @throws conflict */
export function saveText(place: Place, text: string, hold: Hold | undefined): Promise<Hold> {
  return place.change<Hold>(RUN_STATE_KIND, (entity, now) => new SavedRunTx(entity, place, now).save(text, hold))
}

/** @throws conflict */
export function clear(place: Place, hold: Hold | undefined): Promise<void> {
  return place.change<void>(RUN_STATE_KIND, (entity, now) => new SavedRunTx(entity, place, now).clear(hold))
}
