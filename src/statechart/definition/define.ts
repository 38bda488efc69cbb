import { HoldfastError } from '../../core/index.ts'
import type { Blueprint } from '../blueprint.ts'
import { type ActorSource, CompiledMachine, type Machine } from '../machine.ts'
import type { MachineTypes } from '../snapshot.ts'
import { checkDeclared } from './action.ts'
import type { DeclaredNames, Definition, Names, NoNames, Params, Resolved, Setup, TypesHint } from './definition.ts'
import { examine } from './examination.ts'
import { Findings } from './findings.ts'
import { Places } from './place.ts'
import { isRecord, type RawState } from './raw.ts'
import { compileState } from './state.ts'
import { argsOf, isFormula, type Surroundings } from './surroundings.ts'

/** A setup that machines can be defined with. */
export interface Workshop<T extends MachineTypes, N extends Names> {
  /**
   * Makes a machine of a definition in the shape that XState's users know.
   * @throws invalid with all findings at once, each with its path, in `details.issues`
   */
  defineMachine(definition: Definition<T, N>): Machine<T, { actors: N['actors']; effects: keyof N['effects'] & string }>
}

/**
 * Declares types, guards, actions, effects, delays and actors; then `.defineMachine({ ... })` knows their names, and the compiler
 * refuses any other. Two calls, because TypeScript must know the names before it reads the states.
 */
export function setup<
  const T extends TypesHint = object,
  G extends Params = NoNames,
  A extends Params = NoNames,
  F extends Params = NoNames,
  const D extends string = never,
  const S extends string = never,
>(declared: Setup<T, G, A, F, D, S>): Workshop<Resolved<T>, DeclaredNames<G, A, F, D, S>> {
  const { actors = {}, effects = {} } = declared
  return {
    defineMachine: (definition) =>
      new CompiledMachine(blueprintOf({ ...declared, ...definition }), actors as Record<S, ActorSource>, Object.keys(effects)),
  }
}

/**
 * Makes a machine of a definition that needs no names: guards in place, actions built in place.
 * @throws invalid with all findings at once, each with its path, in `details.issues`
 */
export function defineMachine<const T extends TypesHint = object>(
  definition: { readonly types?: T } & Definition<Resolved<NoInfer<T>>, DeclaredNames<NoNames, NoNames, NoNames, never, never>>,
): Machine<Resolved<T>, { actors: never; effects: never }> {
  return new CompiledMachine(blueprintOf(definition))
}

/**
 * A definition nobody has typed, as a blueprint: for front ends that make definitions of something else, and end with `machineOf`.
 * @throws invalid with all findings at once, each with its path, in `details.issues`
 */
export function blueprintOf(definition: unknown): Blueprint {
  const findings = new Findings()
  if (!isRecord(definition)) findings.add('machine', 'expected an object')
  else {
    try {
      return compile(definition, findings)
    } catch (error) {
      if (error instanceof HoldfastError) throw error
      // Whoever hands in getters that throw, or lists that hold themselves, is told so like everybody else.
      findings.add('machine', `cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return findings.refuse('machine')
}

function compile(raw: RawState, findings: Findings): Blueprint {
  const id = nameOf(raw, findings)
  const places = new Places(raw, id, findings)
  const part = (name: string): RawState => (isRecord(raw[name]) ? raw[name] : {})
  const names = { guards: part('guards'), actions: part('actions'), effects: part('effects') }
  const around: Surroundings = { findings, places, ...names, delays: part('delays'), actors: part('actors') }
  examine(places.root, around)
  checkDeclared(around, id)
  for (const name of ['guards', 'effects'] as const) checkFunctions(around[name], `${id}.${name}`, findings)
  const root = compileState(places.root, around)
  if (!findings.none) findings.refuse(id)
  const { context, output } = raw
  return {
    id,
    version: raw.version === undefined ? '1' : String(raw.version),
    root,
    context: isFormula(context) ? (input) => (context as unknown as (args: object) => unknown)({ input }) : () => context ?? {},
    ...(isFormula(output) && { output: (scope) => output(argsOf(scope), undefined) }),
    strict: true,
    definition: raw,
  }
}

function nameOf({ id, version }: RawState, findings: Findings): string {
  if (version !== undefined && (typeof version !== 'string' || !/^[^\s#@]+$/.test(version))) {
    findings.add('version', `expected a text without spaces, # and @, got ${JSON.stringify(version)}`)
  }
  if (typeof id === 'string' && /^[^\s.#@]+$/.test(id)) return id
  findings.add('id', `expected a text without spaces, dots, # and @, got ${JSON.stringify(id) ?? 'nothing'}`)
  return 'machine'
}

function checkFunctions(named: RawState, path: string, findings: Findings): void {
  for (const [name, value] of Object.entries(named)) {
    if (typeof value !== 'function') findings.add(`${path}.${name}`, `expected a function, got ${typeof value}`)
  }
}
