import type { StandardSchemaV1 } from '@standard-schema/spec'
import { formatPath, HoldfastError, randomId } from '../core/index.ts'
import type { CommitOptions, Principal, Runtime, Tx } from '../runtime/index.ts'
import { RUN_KIND, runId } from './address.ts'
import { RunLife } from './run-life.ts'
import type { AnyTask } from './task.ts'

/** What may be said when a run is started. */
export interface StartOptions {
  /** The same key in the same session is the same run. Default: a new one. */
  readonly key?: string
}

/** What starting has come to. */
export interface Started {
  readonly id: string
  /** False when a run was found that had been started with the same key before. */
  readonly isNew: boolean
  /** True when an earlier request with the same idempotency key has done it. */
  readonly replayed: boolean
}

/** Starts a run, or finds the one that was started with the same key before. @throws invalid; conflict */
export async function startRun(
  runtime: Runtime,
  principal: Principal,
  task: AnyTask,
  { session, input, key }: { readonly session: string; readonly input: unknown } & StartOptions,
  options: CommitOptions = {},
): Promise<Started> {
  const given = inputFor(task, input ?? null)
  const id = runId(session, task.name, key ?? randomId())
  const start = (tx: Tx) => {
    if (key === undefined) tx.fresh(RUN_KIND, id)
    return { id, isNew: new RunLife(tx, id).start({ session, task: task.name, input: given }) }
  }
  const { value, replayed } = await runtime.commit(principal, start, { source: 'task', isAlone: true, ...options })
  return { ...value, replayed }
}

/** What a task is given: what its schema makes of it. @throws invalid */
export function inputFor({ name, input: schema }: AnyTask, input: unknown): unknown {
  if (schema === undefined) return input
  const result = (schema as StandardSchemaV1)['~standard'].validate(input)
  if (result instanceof Promise) {
    result.catch(() => {})
    throw new HoldfastError('invalid', `The schema of task ${name} is asynchronous; use checks that need no waiting`, {
      path: 'input',
    })
  }
  if (result.issues === undefined) return result.value
  const issues = result.issues.map(({ path = [], message }) => {
    const segments = path.map((part) => (typeof part === 'object' ? part.key : part))
    return { path: formatPath(segments.map((key) => (typeof key === 'number' ? key : String(key)))), message }
  })
  const list = issues.map(({ path, message }) => `${path || 'the input'}: ${message}`).join('; ')
  throw new HoldfastError('invalid', `Task ${name} does not take this input, nothing was started. ${list}`, {
    path: 'input',
    issues,
  })
}
