import type { StandardSchemaV1 } from '@standard-schema/spec'
import { copyRich, equalRich, formatPath, HoldfastError, type Issue, type Path } from '../core/index.ts'
import type { SessionDefinition, StateSchema, Variables } from './define.ts'
import { partsOf } from './schema-parts.ts'

/** What a schema says of a value: the value as the schema wants it, or what is wrong. */
export type Verdict =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly (Issue & { readonly at: Path })[] }

export function isWhole(schema: StateSchema): schema is StandardSchemaV1 {
  return '~standard' in schema
}

/** @throws invalid when the schema wants to wait: decisions cannot. */
export function judge(schema: StandardSchemaV1, value: unknown, at: Path): Verdict {
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise) {
    result.catch(() => {})
    throw new HoldfastError(
      'invalid',
      `The schema of ${formatPath(at) || 'the state'} is asynchronous; use checks that need no waiting`,
      { path: formatPath(at) },
    )
  }
  if (result.issues === undefined) return { value: result.value }
  return {
    issues: result.issues.map((issue) => {
      const path = [...at, ...(issue.path ?? []).map(segmentOf)]
      return { at: path, path: formatPath(path), message: issue.message }
    }),
  }
}

/** What a write has made of the variables. */
export interface Touched {
  /** A draft; values are given the form the schema wants in place. */
  readonly state: Variables
  /** Names of variables that were looked at or changed. */
  readonly touched: readonly string[]
  /** True for a session that comes into being now: defaults are added. */
  readonly isNew: boolean
  /** What a variable was before. */
  readonly stored: (name: string) => unknown
}

/**
 * Checks the variables a write has changed and gives them the form the schema wants. Variables it has not changed may
 * be wrong already (the schema has changed since): they stay readable and do not stand in the way.
 * @throws invalid with every issue of a changed variable; nothing is written then.
 */
export function validateTouched(definition: SessionDefinition<object>, write: Touched): void {
  const { schema } = definition
  if (schema === undefined) return
  if (isWhole(schema)) validateWhole(definition, schema, write)
  else for (const name of write.touched) validateVariable(definition, schema, write, name)
}

function isChanged({ state, stored }: Touched, name: string): boolean {
  return !equalRich(stored(name), state[name])
}

/** What a new session holds: the defaults its schema has. Copies, for a schema may hand out the same value each time. */
export function initialState(schema: StateSchema | undefined): Variables {
  if (schema === undefined) return {}
  if (isWhole(schema)) {
    const verdict = judge(schema, {}, [])
    return verdict.issues === undefined ? copyRich({ ...(verdict.value as Variables) }) : {}
  }
  const defaults: [string, unknown][] = []
  for (const [name, one] of Object.entries(schema)) {
    const verdict = judge(one, undefined, [name])
    if (verdict.issues === undefined && verdict.value !== undefined) defaults.push([name, verdict.value])
  }
  return copyRich(Object.fromEntries(defaults))
}

/** Everything in a stored state that does not fit the schema of today. */
export function invalidStored(schema: StateSchema | undefined, state: Variables): readonly Issue[] {
  if (schema === undefined) return []
  const verdicts = isWhole(schema)
    ? [judge(schema, state, [])]
    : Object.entries(schema).map(([name, one]) => judge(one, state[name], [name]))
  return verdicts.flatMap((verdict) => (verdict.issues ?? []).map(({ path, message }) => ({ path, message })))
}

function validateWhole(definition: SessionDefinition<object>, schema: StandardSchemaV1, write: Touched): void {
  const { state, touched, isNew } = write
  const names = Object.keys(state)
  const verdict = judge(schema, Object.fromEntries(names.map((name) => [name, state[name]])), [])
  if (verdict.issues !== undefined) {
    const changed = touched.filter((name) => isChanged(write, name))
    const relevant = verdict.issues.filter((issue) => issue.at.length === 0 || changed.includes(String(issue.at[0])))
    if (relevant.length > 0) throw refused(definition, relevant)
    validateParts(definition, schema, write, changed)
    return
  }
  const wanted = verdict.value as Variables
  const unknown = touched.find((name) => names.includes(name) && !Object.hasOwn(wanted, name) && isChanged(write, name))
  if (unknown !== undefined)
    throw refused(definition, [{ path: formatPath([unknown]), message: 'the schema has no such variable' }])
  const adoptable = isNew ? Object.keys(wanted) : touched.filter((name) => Object.hasOwn(wanted, name))
  for (const name of adoptable) adopt(write, name, wanted[name])
}

/** Something else is wrong already, so the schema gives no state: what was changed gets its form from its own part of the schema. */
function validateParts(
  definition: SessionDefinition<object>,
  schema: StandardSchemaV1,
  write: Touched,
  changed: readonly string[],
): void {
  const parts = partsOf(schema)
  if (parts === undefined) return
  const named = changed.filter((name) => !parts.isOpen || Object.hasOwn(parts.of, name))
  for (const name of named) validateVariable(definition, parts.of, write, name)
}

function validateVariable(
  definition: SessionDefinition<object>,
  schema: Readonly<Record<string, StandardSchemaV1>>,
  write: Touched,
  name: string,
): void {
  const one = Object.hasOwn(schema, name) ? schema[name] : undefined
  if (one === undefined) {
    if (write.state[name] === undefined || !isChanged(write, name)) return
    throw refused(definition, [{ path: formatPath([name]), message: `the schema has ${Object.keys(schema).join(', ')}` }])
  }
  const verdict = judge(one, write.state[name], [name])
  if (verdict.issues === undefined) adopt(write, name, verdict.value)
  else if (isChanged(write, name)) throw refused(definition, verdict.issues)
}

/** What was only looked at stays as it is: a transform is meant for what is written. */
function adopt(write: Touched, name: string, wanted: unknown): void {
  if (!equalRich(wanted, write.state[name]) && (write.isNew || isChanged(write, name))) write.state[name] = wanted
}

function refused(definition: SessionDefinition<object>, issues: readonly Issue[]): HoldfastError<'invalid'> {
  const list = issues.map(({ path, message }) => `${path || 'the state'}: ${message}`).join('; ')
  const path = issues[0]?.path ?? ''
  const plain = issues.map((issue) => ({ path: issue.path, message: issue.message }))
  return new HoldfastError('invalid', `Session ${definition.name} refuses the write, nothing was changed. ${list}`, {
    path,
    issues: plain,
  })
}

function segmentOf(segment: PropertyKey | { readonly key: PropertyKey }): string | number {
  const key = typeof segment === 'object' ? segment.key : segment
  return typeof key === 'number' ? key : String(key)
}
