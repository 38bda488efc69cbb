import type { Scope } from '../blueprint.ts'
import type { Args } from './actions.ts'
import type { Findings } from './findings.ts'
import type { Places } from './place.ts'
import { isRecord, type RawState } from './raw.ts'

/** A function of a definition: of what is going on, and of the params it was named with. */
export type Formula<V = unknown> = (args: Args, params: unknown) => V

/** What the parts of a definition are compiled against. */
export interface Surroundings {
  readonly findings: Findings
  readonly places: Places
  readonly guards: RawState
  readonly actions: RawState
  readonly effects: RawState
  readonly delays: RawState
  readonly actors: RawState
}

/** What functions of a definition are given: a view, so that they cannot reach into the engine. */
export function argsOf({ context, event, now }: Scope): Args {
  return { context, event, now }
}

/** A value, or the function that makes it, as a function. */
export function formula(value: unknown): Formula {
  return isFormula(value) ? value : () => value
}

/** Any function: a definition's functions are called with what their type says they take. */
export function isFormula(value: unknown): value is Formula {
  return typeof value === 'function'
}

/** A reference by name: `'name'` or `{ type: 'name', params }`. */
export interface NameRef {
  readonly name: string
  readonly params: unknown
}

/** Undefined when it is no reference by name. */
export function nameRef(value: unknown): NameRef | undefined {
  if (typeof value === 'string') return { name: value, params: undefined }
  if (isRecord(value) && typeof value.type === 'string' && !value.type.startsWith('.')) {
    return { name: value.type, params: value.params }
  }
  return undefined
}
