import type { Args } from '../statechart/index.ts'
import { type ActionSurroundings, importActions } from './action.ts'
import { computed, isFunction, isRaw } from './arguments.ts'
import { importGuard } from './guard.ts'

/** Imports one property; what is not listed is left to the definition, which refuses unknown names. */
type PartImporter = (value: unknown, path: string, around: ActionSurroundings) => unknown

const PARTS: Readonly<Record<string, PartImporter>> = {
  states: (value, path, around) => mapped(value, (state, key) => importState(state, `${path}.${key}`, around)),
  on: (value, path, around) => mapped(value, (config, event) => importOn(event, config, `${path}.on.${event}`, around)),
  after: (value, path, around) => mapped(value, (config, delay) => importTransitions(config, `${path}.after.${delay}`, around)),
  always: (value, path, around) => importTransitions(value, `${path}.always`, around),
  onDone: (value, path, around) => importTransitions(value, `${path}.onDone`, around),
  entry: (value, path, around) => importActions(value, `${path}.entry`, around),
  exit: (value, path, around) => importActions(value, `${path}.exit`, around),
  invoke: importInvokes,
  initial: (value, path, around) => {
    if (!isRaw(value)) return value
    return mapped(value, (part, key) => (key === 'actions' ? importActions(part, `${path}.initial.actions`, around) : part))
  },
  history: (value) => (value === true ? 'shallow' : value),
  output: (value) => (args: Args) => computed(value, args),
}

/** A state with all that lies below it, in the words of definitions. */
export function importState(state: unknown, path: string, around: ActionSurroundings): unknown {
  return mapped(state, (value, key) => {
    const read = Object.hasOwn(PARTS, key) && value !== undefined ? PARTS[key] : undefined
    return read === undefined ? value : read(value, path, around)
  })
}

function mapped(value: unknown, read: (value: unknown, key: string) => unknown): unknown {
  if (!isRaw(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, read(item, key)] as const)
      // XState takes a property that is undefined for one that is absent, but for events, where it takes the event.
      .filter(([, item]) => item !== undefined),
  )
}

function importOn(event: string, config: unknown, path: string, around: ActionSurroundings): unknown {
  if (event.startsWith('xstate.'))
    around.refusals.add(path, 'events of the platform have other names here: use onDone, onError, or error.execution')
  return config === undefined ? null : importTransitions(config, path, around)
}

function importTransitions(config: unknown, path: string, around: ActionSurroundings): unknown {
  if (!Array.isArray(config)) return importTransition(config, path, around)
  return config.map((one, i) => importTransition(one, `${path}.${i}`, around))
}

function importTransition(config: unknown, path: string, around: ActionSurroundings): unknown {
  if (isFunction(config)) around.refusals.add(path, 'a function is no transition')
  return mapped(config, (value, key) => {
    if (value === undefined) return undefined
    if (key === 'guard') return importGuard(value, `${path}.guard`, around.refusals)
    return key === 'actions' ? importActions(value, `${path}.actions`, around) : value
  })
}

function importInvokes(value: unknown, path: string, around: ActionSurroundings): unknown {
  const each = (config: unknown, at: string): unknown => {
    if (isRaw(config) && typeof config.src !== 'string') {
      around.refusals.add(
        `${at}.src`,
        'an actor in place (a promise, a callback, a machine) is not supported: give it a name in actors',
      )
      return undefined
    }
    return mapped(config, (part, key) => {
      if (key === 'onDone' || key === 'onError') return importTransitions(part, `${at}.${key}`, around)
      return key === 'input' ? (args: Args) => computed(part, args) : part
    })
  }
  if (!Array.isArray(value)) return each(value, `${path}.invoke`)
  return value.map((config, i) => each(config, `${path}.invoke.${i}`)).filter((config) => config !== undefined)
}
