import type { StandardSchemaV1 } from '@standard-schema/spec'
import { checkName, HoldfastError } from '../core/index.ts'
import type { RetryPolicy } from '../runtime/index.ts'
import { anySession, type SessionDefinition } from '../session/index.ts'

/** What may be said of a task beside its code. */
export interface TaskOptions<State extends object, Input> {
  /** What the sessions hold in whose trees it runs. Default: any variables. */
  readonly session?: SessionDefinition<State>
  /** What it is to be given: any Standard Schema, synchronous. Default: anything that can be stored. */
  readonly input?: StandardSchemaV1<unknown, Input>
  /** How often an attempt of the code as a whole is made; a crash of the process counts. Default 5 attempts. */
  readonly retry?: RetryPolicy
}

/** Durable code: what its steps have come to is recorded, and a run that was interrupted goes on where it stood. */
export interface Task<State extends object = object, Input = unknown, Output = unknown, Context = unknown> {
  readonly name: string
  readonly session: SessionDefinition<State>
  readonly input: StandardSchemaV1 | undefined
  readonly retry: RetryPolicy | undefined
  readonly code: (context: Context, input: Input) => Promise<Output>
}

/** A task of any types, as it is kept in lists. */
export type AnyTask = Task<object, never, unknown, never>

/** @throws invalid for an unusable name */
export function makeTask<State extends object, Input, Output, Context>(
  name: string,
  options: TaskOptions<State, Input>,
  code: (context: Context, input: Input) => Promise<Output>,
): Task<State, Input, Output, Context> {
  checkName(name, 'the name of a task', 100)
  if (/[/~.]/.test(name))
    throw new HoldfastError('invalid', `Expected the name of a task without /, ~ and ., got ${name}`, { path: 'name' })
  const { session = anySession as SessionDefinition<object> as SessionDefinition<State>, input, retry } = options
  return { name, session, input, retry, code }
}
