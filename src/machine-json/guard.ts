import { HoldfastError, type Json, type Path } from '../core/index.ts'
import { type Args, and, not, or, type StateValue, stateIn, worded } from '../statechart/index.ts'
import { valuesOf } from './arguments.ts'
import type { Reading } from './reading.ts'
import { isObject, isReference } from './template.ts'

/**
 * A guard in the words of definitions: `{ expr }`, `{ and: [] }`, `{ or: [] }`, `{ not }`, `{ stateIn }`; or code by its name, alone or with
 * params.
 */
export function compileGuard(guard: Json, path: Path, reading: Reading): unknown {
  if (typeof guard === 'string' || isReference(guard)) return guard
  const [entry, ...others] = isObject(guard) ? Object.entries(guard) : []
  if (entry !== undefined && others.length === 0) {
    const [kind, value] = entry
    const at = [...path, kind]
    if (kind === 'expr') return compileTest(value, at, reading)
    if (kind === 'not') return not(compileGuard(value, at, reading))
    if (kind === 'stateIn' && isStateValue(value)) return stateIn(value)
    if ((kind === 'and' || kind === 'or') && Array.isArray(value)) {
      const parts = value.map((part: Json, i) => compileGuard(part, [...at, i], reading))
      return kind === 'and' ? and(parts) : or(parts)
    }
  }
  reading.report.add(
    path,
    'expected a guard: one of { expr }, { and: [...] }, { or: [...] }, { not }, { stateIn }, or a name of code.guards',
  )
  return () => false
}

function compileTest(source: Json, path: Path, reading: Reading): (args: Args) => boolean {
  const test = reading.expression(source, path, 'step', ['bool'])
  const holds = (args: Args): boolean => {
    const held = test(valuesOf(args))
    if (typeof held === 'boolean') return held
    throw new HoldfastError(
      'invalid',
      `Expected the guard ${JSON.stringify(source)} to give true or false, got ${typeof held}`,
      {},
    )
  }
  return worded(holds, String(source))
}

/** A state by name, or an object of keys down to one. */
function isStateValue(value: Json): value is StateValue & Json {
  return typeof value === 'string' || (isObject(value) && Object.values(value).every(isStateValue))
}
