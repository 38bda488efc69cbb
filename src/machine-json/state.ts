import { type Json, type Path, parsePath } from '../core/index.ts'
import type { Args } from '../statechart/index.ts'
import { type ActionSurroundings, compileActions } from './action.ts'
import { valuesOf } from './arguments.ts'
import { compileDelay, parseDuration } from './delay.ts'
import { compileTemplate, isObject, type JsonObject } from './template.ts'
import { readTransitions } from './transition.ts'

/** Reads one property of a state, as the property of a definition. */
type PartReader = (value: Json, path: Path, around: ActionSurroundings) => unknown

const PARTS: Readonly<Record<string, PartReader>> = {
  states: (value, path, around) => mapped(value, path, (state, at) => readState(state, at, around)),
  on: readOn,
  after: readAfter,
  always: readTransitions,
  onDone: readTransitions,
  entry: compileActions,
  exit: compileActions,
  invoke: readInvokes,
  initial: readInitial,
  history: readHistory,
  output: readOutput,
}

/** Reads a state with all that lies below it. Properties it does not know are left to the definition to refuse. */
export function readState(state: Json, path: Path, around: ActionSurroundings): unknown {
  around.reading.count('states', path)
  if (!isObject(state)) return state
  return mapped(state, path, (value, at, key) => {
    const read = Object.hasOwn(PARTS, key) ? PARTS[key] : undefined
    return read === undefined ? value : read(value, at, around)
  })
}

function mapped(value: Json, path: Path, read: (value: Json, path: Path, key: string) => unknown): unknown {
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, read(item, [...path, key], key)]))
}

function readOn(value: Json, path: Path, around: ActionSurroundings): unknown {
  const { reading, schemas } = around
  const isMet = (descriptor: string): boolean => {
    if (descriptor === '*' || schemas.types === undefined || schemas.knows(descriptor)) return true
    if (!descriptor.endsWith('.*')) return false
    const prefix = descriptor.slice(0, -1)
    return ['done.', 'error.', 'after.'].includes(prefix) || schemas.types.some((type) => `${type}.`.startsWith(prefix))
  }
  return mapped(value, path, (config, at, event) => {
    if (!isMet(event))
      reading.report.add(at, `no event of the machine; schemas.events declares ${schemas.types?.slice(0, 24).join(', ')}`)
    return readTransitions(config, at, around)
  })
}

/** By milliseconds, by a duration such as `PT5M`, or by one of the machine's `delays`. */
function readAfter(value: Json, path: Path, around: ActionSurroundings): unknown {
  return mapped(value, path, (config, at, delay) => {
    const ms = parseDuration(delay)
    if (ms !== undefined && !Object.hasOwn(around.delays, delay)) around.delays[delay] = () => ms
    return readTransitions(config, at, around)
  })
}

/** The delays of a machine by name. */
export function readDelays(value: Json | undefined, path: Path, { reading, delays }: ActionSurroundings): void {
  if (value !== undefined && !isObject(value)) reading.report.add(path, 'expected an object: delays by name')
  for (const [name, delay] of Object.entries(isObject(value) ? value : {})) {
    delays[name] = compileDelay(delay, [...path, name], reading)
    if (/^\d+$/.test(name) || parseDuration(name) !== undefined)
      reading.report.add([...path, name], 'a name must not look like milliseconds or a duration')
  }
}

function readInvokes(value: Json, path: Path, around: ActionSurroundings): unknown {
  if (!Array.isArray(value)) return readInvoke(value, path, around)
  return value.map((one: Json, i) => readInvoke(one, [...path, i], around))
}

function readInvoke(value: Json, path: Path, around: ActionSurroundings): unknown {
  const { reading } = around
  if (!isObject(value)) return value
  if (value.id !== undefined && (typeof value.id !== 'string' || value.id === ''))
    reading.report.add([...path, 'id'], 'expected a text')
  return mapped(value, path, (part, at, key) => {
    if (key === 'onDone' || key === 'onError') return readTransitions(part, at, around)
    if (key !== 'input') return part
    const compute = compileTemplate(part, at, reading)
    return (args: Args) => compute(valuesOf(args))
  })
}

function readInitial(value: Json, path: Path, around: ActionSurroundings): unknown {
  const { report } = around.reading
  if (typeof value === 'string') return value
  if (!isObject(value) || typeof value.target !== 'string') {
    report.add(path, 'expected the key of a state, or { target, actions }')
    return undefined
  }
  for (const key of Object.keys(value)) {
    if (key !== 'target' && key !== 'actions') report.add([...path, key], 'unknown property; there are target, actions')
  }
  return mapped(value, path, (part, at, key) => (key === 'actions' ? compileActions(part, at, around) : part))
}

function readHistory(value: Json, path: Path, { reading }: ActionSurroundings): unknown {
  if (value !== 'shallow' && value !== 'deep') reading.report.add(path, 'expected "shallow" or "deep"')
  return value
}

function readOutput(value: Json, path: Path, { reading }: ActionSurroundings): unknown {
  const compute = compileTemplate(value, path, reading)
  return (args: Args) => compute(valuesOf(args))
}

/** The names a machine declares: `effects` and `actors`. */
export function readNames(value: Json | undefined, path: Path, { reading }: ActionSurroundings): readonly string[] {
  const names = value === undefined ? [] : value
  if (Array.isArray(names) && names.every((name): name is string => typeof name === 'string' && name !== '')) return names
  reading.report.add(path, 'expected a list of names')
  return []
}

/** The paths of the context that are not to leave. */
export function readSecret(value: Json | undefined, path: Path, around: ActionSurroundings): readonly string[] {
  const paths = readNames(value, path, around)
  for (const [i, each] of paths.entries()) {
    try {
      parsePath(each)
    } catch (error) {
      around.reading.report.add([...path, i], error instanceof Error ? error.message : String(error))
    }
  }
  return paths
}

/** What only the whole machine has; the rest is a state. */
export function withoutRootParts(machine: JsonObject): JsonObject {
  const { schemas: _, effects: __, actors: ___, delays: ____, context: _____, code: ______, secret: _______, ...state } = machine
  return state
}
