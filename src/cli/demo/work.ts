import type { RunContext } from '../../index.ts'
import type { Case } from './case.ts'

/** What agent and tools use of the context of their run. */
export type Work = Pick<RunContext<Case>, 'run' | 'step' | 'group' | 'commit' | 'approval' | 'signal'>

/**
 * The same work; `began` is told the idempotency key of each step whose code begins to run. What is taken from the record does not run, and commits are their
 * own record: they cannot have happened without it.
 */
export function watched(work: Work, began: (key: string) => void): Work {
  return {
    run: work.run,
    signal: work.signal,
    group: (...group) => work.group(...group),
    commit: (...commit) => work.commit(...commit),
    approval: (request) => work.approval(request),
    step: (name, code, options) =>
      work.step(
        name,
        (step) => {
          began(step.key)
          return code(step)
        },
        options,
      ),
  }
}
