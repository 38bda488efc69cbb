import { WITHIN } from './group.ts'
import type { StepRecord } from './record.ts'
import { StepError } from './step-error.ts'

type Failed = readonly [step: string, record: StepRecord]

/** The step whose failure an error tells of, or one of its causes. */
export function stepOf(error: unknown, depth = 10): string | undefined {
  if (error instanceof StepError) return error.step
  return error instanceof Error && depth > 0 ? stepOf(error.cause, depth - 1) : undefined
}

/**
 * The step that a run has failed of, and the groups it failed in, innermost first. Told by the error that ended the run; where that tells of none, the
 * step behind which nothing was recorded, if it failed. A failure that the code has gone on from is not meant.
 */
export function failing(steps: Iterable<Failed>, told: string | undefined): readonly string[] {
  const all = [...steps].toSorted(([, a], [, b]) => a.order - b.order)
  const failed = all.filter(([, record]) => 'error' in record)
  const within = (step: string, group: string): boolean => step === group || step.startsWith(group + WITHIN)
  const last = all.at(-1)
  const [step] =
    (told === undefined ? failed.find((each) => each === last) : failed.findLast(([each]) => within(each, told))) ?? []
  if (step === undefined) return []
  return failed
    .filter(([group]) => within(step, group))
    .map(([group]) => group)
    .toReversed()
}
