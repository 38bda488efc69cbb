import type { Masking } from './session/index.ts'
import type { OpenApproval, RunInspection, RunSummary } from './task/index.ts'

/** A run in a list, without the secrets of its session. */
export function maskSummary(masking: Masking, run: RunSummary): Promise<RunSummary> {
  return without(masking, run, ['error', 'waits'])
}

/** All of a run, without the secrets of its session: they may be in names, too. */
export function maskRun(masking: Masking, run: RunInspection): Promise<RunInspection> {
  return without(masking, run, ['error', 'waits', 'input', 'output', 'steps', 'streams'])
}

/** What a person is asked, without the secrets of the session. */
export function maskApproval(masking: Masking, approval: OpenApproval): Promise<OpenApproval> {
  return without(masking, approval, ['title', 'data'])
}

/** Only these: what something is found by stays as it is. */
async function without<Whole extends object>(masking: Masking, whole: Whole, names: readonly (keyof Whole)[]): Promise<Whole> {
  const shown = (await masking.data(names.map((name) => whole[name]))) as readonly unknown[]
  return { ...whole, ...Object.fromEntries(names.map((name, i) => [name, shown[i]])) }
}
