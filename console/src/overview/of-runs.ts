import type { Approval } from '../api/approval.ts'
import type { Attention } from '../api/overview.ts'
import type { RunSummary } from '../api/run.ts'

/** What runs add to what needs attention: what they have asked, and those that failed. */
export function ofRuns(approvals: readonly Approval[], failed: readonly RunSummary[]): readonly Attention[] {
  return [
    ...approvals.map(({ id, run, session, asked, title }): Attention => {
      return { what: 'waiting', session, run, approval: id, since: asked, message: title }
    }),
    ...failed.map(({ id, session, task, finished, created, error }): Attention => {
      const message = `${task} failed: ${error?.message ?? 'it gave no reason'}`
      return { what: 'failed', session, run: id, since: finished ?? created, message }
    }),
  ]
}
