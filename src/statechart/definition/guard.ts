import type { Scope, Test } from '../blueprint.ts'
import type { StateValue } from '../look.ts'
import type { GuardNote } from '../note.ts'
import { isRecord } from './raw.ts'
import { argsOf, isFormula, nameRef, type Surroundings } from './surroundings.ts'

/** Compiles a guard; a finding, and a guard that never holds, where it is none. */
export function compileGuard(guard: unknown, path: string, around: Surroundings): Test {
  if (isFormula(guard)) return noted({ kind: 'function', value: guard }, (scope) => Boolean(guard(argsOf(scope), undefined)))
  const ref = nameRef(guard)
  if (ref !== undefined) return named(ref.name, ref.params, path, around)
  return isRecord(guard) ? (combined(guard, path, around) ?? refused(path, around)) : refused(path, around)
}

function named(name: string, params: unknown, path: string, { guards, findings }: Surroundings): Test {
  const own = Object.hasOwn(guards, name) ? guards[name] : undefined
  if (isFormula(own)) return noted({ kind: 'name', name, params }, (scope) => Boolean(own(argsOf(scope), params)))
  if (own === undefined) findings.unknown(path, 'guard', name, Object.keys(guards))
  return never
}

function combined(guard: { readonly [key: string]: unknown }, path: string, around: Surroundings): Test | undefined {
  if (guard.type === '.not') {
    const inner = compileGuard(guard.guard, `${path}.not`, around)
    return noted({ kind: 'not', part: inner.note }, (scope) => !inner(scope))
  }
  if (guard.type === '.stateIn') {
    const ids = around.places.idsOf(guard.value as StateValue, path)
    return noted({ kind: 'in', states: ids }, (scope) => ids.every((id) => scope.isIn(id)))
  }
  if (!Array.isArray(guard.guards)) return undefined
  const parts = guard.guards.map((part, i) => compileGuard(part, `${path}.${i}`, around))
  const notes = parts.map(({ note }) => note)
  if (guard.type === '.and') return noted({ kind: 'and', parts: notes }, (scope) => parts.every((part) => part(scope)))
  if (guard.type === '.or') return noted({ kind: 'or', parts: notes }, (scope) => parts.some((part) => part(scope)))
  return undefined
}

function noted(note: GuardNote, test: Test): Test {
  return Object.assign(test, { note })
}

function refused(path: string, { findings }: Surroundings): Test {
  findings.add(path, 'expected a guard: a name, a function, or and, or, not, stateIn')
  return never
}

function never(_scope: Scope): boolean {
  return false
}
