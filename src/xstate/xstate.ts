import { HoldfastError } from '../core/index.ts'
import { type Args, type Blueprint, blueprintOf, type Machine, machineOf } from '../statechart/index.ts'
import { type ActionSurroundings, importActions, importFunction } from './action.ts'
import { computed, isFunction, isRaw, type Raw } from './arguments.ts'
import { importGuard } from './guard.ts'
import { Refusals } from './refusals.ts'
import { importState } from './state.ts'

/** What the names in a configuration stand for, as XState's `setup` and `provide` take them. */
export interface XStateImplementations {
  readonly guards?: Raw
  readonly actions?: Raw
  readonly delays?: Raw
  readonly actors?: Raw
}

/** Objects in one another; a configuration of more is one that holds itself. */
const MOST_LEVELS = 128

/**
 * Imports a machine of XState 5: what `createMachine` or `setup(...).createMachine` gives, or a configuration, also one that was JSON.
 * Functions get `context`, `event` and params as in XState; named actions that are functions, or that nobody implements, become
 * effects of their name, with their params as payload; actors are started by the runtime under their names.
 * @throws invalid with all that cannot be imported, by name and path, in `details.issues`
 */
export function fromXState(source: unknown, implementations: XStateImplementations = {}): Machine {
  const { config, given } = partsOf(source)
  const part = (name: keyof XStateImplementations): Raw => ({ ...partOf(given[name]), ...implementations[name] })
  const refusals = new Refusals()
  const around: ActionSurroundings = { refusals, actions: part('actions'), effects: {} }
  const id = typeof config.id === 'string' ? config.id : '(machine)'
  const { types: _, schemas: __, context, ...rest } = config
  const state = importState(rest, id, around) as object
  const guards = Object.entries(part('guards')).map(([name, guard]) => [
    name,
    importNamedGuard(guard, `${id}.guards.${name}`, refusals),
  ])
  const definition = {
    ...state,
    id,
    ...(context !== undefined && { context: isFunction(context) ? ({ input }: Raw) => context({ input }) : context }),
    guards: Object.fromEntries(guards),
    actions: actionsOf(`${id}.actions`, around),
    effects: around.effects,
    delays: mapValues(part('delays'), (delay) => (args: Args) => computed(delay, args)),
    actors: Object.fromEntries(
      Object.keys({ ...actorsOf(config), ...part('actors') }).map((name) => [name, 'external'] as const),
    ),
  }
  const { actors, effects } = definition
  return machineOf(define(definition, id, refusals), { actors, effects: Object.keys(effects) })
}

/** A machine carries its configuration and implementations; anything else is a configuration. */
function partsOf(source: unknown): { readonly config: Raw; readonly given: Raw } {
  const { config, implementations } = isRaw(source) ? source : {}
  const found = isRaw(config) && isRaw(implementations) ? config : source
  if (!isRaw(found))
    throw new HoldfastError('invalid', 'Expected a machine or a configuration of XState, an object', { path: '' })
  if (isDeeper(found, MOST_LEVELS)) {
    throw new HoldfastError('too_large', `Expected a configuration of at most ${MOST_LEVELS} levels`, {
      ...{ path: '', limit: MOST_LEVELS, actual: MOST_LEVELS + 1, unit: 'levels' },
    })
  }
  return { config: found, given: partOf(implementations) }
}

function partOf(value: unknown): Raw {
  return isRaw(value) ? value : {}
}

/** Only states nest: what a context or a `meta` holds is nobody's business. */
function isDeeper(state: unknown, levels: number): boolean {
  if (levels === 0) return true
  const states = isRaw(state) && isRaw(state.states) ? Object.values(state.states) : []
  return states.some((inner) => isDeeper(inner, levels - 1))
}

function actionsOf(path: string, around: ActionSurroundings): Raw {
  const own = Object.entries(around.actions).flatMap(([name, action]) => {
    if (Array.isArray(action)) return [[name, importActions(action, `${path}.${name}`, around)] as const]
    if (!isFunction(action) || !('type' in action)) return []
    return [[name, importFunction(action, `${path}.${name}`, around)] as const]
  })
  return Object.fromEntries(own)
}

/** Combinations have no name of their own in a definition: they stay where they are used. */
function importNamedGuard(guard: unknown, path: string, refusals: Refusals): unknown {
  const imported = importGuard(guard, path, refusals)
  if (!isFunction(imported))
    refusals.add(path, 'a combination of guards under a name is not supported: write it where it is used')
  return imported
}

/** The names that are invoked; whoever runs the machine starts them. */
function actorsOf(state: unknown): Record<string, unknown> {
  if (!isRaw(state)) return {}
  const invokes = Array.isArray(state.invoke) ? state.invoke : [state.invoke]
  const own = invokes.flatMap((invoke) =>
    isRaw(invoke) && typeof invoke.src === 'string' ? [[invoke.src, 'external'] as const] : [],
  )
  const below = Object.values(partOf(state.states)).map(actorsOf)
  return Object.assign(Object.fromEntries(own), ...below)
}

function mapValues(values: Raw, make: (value: unknown) => unknown): Raw {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, make(value)]))
}

function define(definition: object, id: string, refusals: Refusals): Blueprint {
  try {
    const blueprint = blueprintOf(definition)
    if (refusals.isEmpty) return blueprint
  } catch (error) {
    if (!HoldfastError.is(error, 'invalid')) throw error
    refusals.addAll(error.details.issues ?? [])
  }
  return refusals.refuse(id)
}
