import type { RunState } from '@openai/agents-core'

/** An agent of any context and output. */
export type AnyAgent = Parameters<typeof RunState.fromString>[0]

/** A `RunState` of any context and agent. */
export type AnyRunState = Pick<RunState<unknown, AnyAgent>, 'toString' | 'getInterruptions'>
