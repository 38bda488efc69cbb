/** The kind of the entities that runs are kept in. */
export const RUN_KIND = 'run'

/** The queue that runs of a task wait in. */
export function taskQueue(task: string): string {
  return `task/${task}`
}

/** The id of a run: it lives in the tree of a session. The same key gives the same run. */
export function runId(session: string, task: string, key: string): string {
  return `${session}/${task}.${flat(key)}`
}

/** The session a run belongs to: the last slash divides it from the run's own name. */
export function sessionOfRun(run: string): string {
  return run.slice(0, run.lastIndexOf('/'))
}

/** The effect that makes attempts of a run. */
export function attemptId(run: string): string {
  return `run/${run}`
}

/** A name as one part of a path. */
export function flat(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** The id of what a step of a run asks a person: `<run>:<step>`. */
export function approvalId(run: string, step: string): string {
  return `${run}:${step.replaceAll('~', '~0').replaceAll(':', '~2')}`
}

/** The run and the step that an approval belongs to. */
export function approvalOf(id: string): { readonly run: string; readonly step: string } {
  const end = id.lastIndexOf(':')
  if (end === -1) return { run: id, step: '' }
  return {
    run: id.slice(0, end),
    step: id
      .slice(end + 1)
      .replaceAll('~2', ':')
      .replaceAll('~0', '~'),
  }
}

/** The name that `flat` was given. */
export function unflat(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
