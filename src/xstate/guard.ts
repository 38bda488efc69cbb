import { type Args, and, not, or, type StateValue, stateIn } from '../statechart/index.ts'
import { computed, isFunction, isRaw } from './arguments.ts'
import type { Refusals } from './refusals.ts'

/** A guard in the words of definitions: names stay, functions get XState's arguments, `and`, `or`, `not` and `stateIn` are known by their marks. */
export function importGuard(guard: unknown, path: string, refusals: Refusals): unknown {
  if (typeof guard === 'string') return guard
  if (isFunction(guard)) return importFunction(guard, path, refusals)
  if (isRaw(guard) && typeof guard.type === 'string' && !guard.type.startsWith('xstate.')) return guard
  refusals.add(path, 'expected a guard: a name, a function, or and, or, not, stateIn')
  return () => false
}

/** XState's combinations are functions that carry what they are made of. */
function importFunction(guard: object, path: string, refusals: Refusals): unknown {
  const { check, guards, stateValue } = guard as { check?: { name?: unknown }; guards?: unknown; stateValue?: unknown }
  if (check === undefined) return (args: Args, params?: unknown) => Boolean(computed(guard, args, params))
  if (check.name === 'checkStateIn') return stateIn(stateValue as StateValue)
  const parts = (Array.isArray(guards) ? guards : []).map((part, i) => importGuard(part, `${path}.${i}`, refusals))
  if (check.name === 'checkAnd') return and(parts)
  if (check.name === 'checkOr') return or(parts)
  if (check.name === 'checkNot') return not(parts[0])
  refusals.add(path, `the guard ${String(check.name)} is not known`)
  return () => false
}
