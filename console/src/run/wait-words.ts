import type { RunWait } from '../api/run.ts'

/** What a run waits for, in a few words. */
export function waitWords({ for: what, event, title, run, step }: RunWait): string {
  if (what === 'run') return `the run ${run ?? step}`
  if (what === 'approval') return `a person: ${title ?? step}`
  return what === 'event' ? `the event ${event ?? step}` : `its time: ${step}`
}
