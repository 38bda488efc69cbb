import type { Synchronous } from '../../runtime/index.ts'
import type { HoldfastSession } from './holdfast-session.ts'
import type { Place } from './place.ts'
import { fingerprint, Remembered } from './remembered.ts'

/** The kind of the entities that results of tools are kept in. */
const RESULTS_KIND = 'openai-tool-results'

/** Of what the SDK tells a tool of its call. */
export interface CallDetails {
  readonly toolCall?: { readonly callId?: string; readonly name?: string }
}

/** What was recorded of a call. */
interface Recorded<Output> {
  readonly output: Output
  readonly call: string
}

/**
 * The `execute` of a tool whose results are recorded: `tool({ ..., execute: recorded(session, async (input) => ...) })`. A call that has returned is not made
 * again when the run goes on in another process, whatever the first one died of; its result is taken from the record. A call that the process dies in, before
 * that, is made again, with the same `details.toolCall.callId`; so is one that has thrown. The last 1,000 results of a conversation are kept.
 *
 * The tool may throw, beside what is its own, `conflict` when the session was closed meanwhile, and `invalid` and `too_large` for a result that cannot be
 * stored.
 */
export function recorded<Input, Context, Details extends CallDetails, Output>(
  { place }: HoldfastSession,
  execute: (input: Input, context?: Context, details?: Details) => Output | Promise<Output>,
): (input: Input, context?: Context, details?: Details) => Promise<Output> {
  return async (input, context, details) => {
    const { callId, name } = details?.toolCall ?? {}
    if (callId === undefined) return execute(input, context, details)
    const call = fingerprint([name, input])
    const known = await find<Output>(place, callId)
    if (known?.call === call) return known.output
    const output = await execute(input, context, details)
    await note(place, callId, { call, output } satisfies Recorded<Output>)
    return output
  }
}

async function find<Output>(place: Place, callId: string): Promise<Recorded<Output> | undefined> {
  const read = await place.read<unknown>(RESULTS_KIND, (entity) => resultsIn(entity).get(callId) as Synchronous<unknown>)
  return read as Recorded<Output> | undefined
}

function note(place: Place, callId: string, result: Recorded<unknown>): Promise<void> {
  return place.change<void>(RESULTS_KIND, (entity) => {
    place.settle(entity)
    resultsIn(entity).put(callId, result)
  })
}

function resultsIn(entity: ConstructorParameters<typeof Remembered>[0]): Remembered {
  return new Remembered(entity, 'result')
}
