import type { RunContext } from '../../index.ts'

/** What of a run's context models and tools are recorded by. */
export type Recorder = Pick<RunContext, 'step' | 'group' | 'run'>
