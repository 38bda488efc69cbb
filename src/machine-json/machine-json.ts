import { HoldfastError, type Json, parsePath } from '../core/index.ts'
import { type Args, type Blueprint, blueprintOf, type EventObject, type Machine, machineOf } from '../statechart/index.ts'
import { valuesOf } from './arguments.ts'
import { toJsonPath } from './core-path.ts'
import { defaultMachineJsonLimits, type MachineJsonLimits } from './limits.ts'
import { readPlain } from './plain.ts'
import { type Compute, Reading } from './reading.ts'
import { Report } from './report.ts'
import { Schemas } from './schemas.ts'
import { type MachineReading, readDelays, readNames, readState, withoutRootParts } from './state.ts'
import { compileTemplate, isConstant, isExpression, isObject, type JsonObject } from './template.ts'

/** The types of a machine that was JSON: its context is plain JSON, its schemas check what the compiler cannot. */
export interface JsonMachineTypes {
  readonly context: { readonly [key: string]: Json }
  readonly events: EventObject & { readonly [field: string]: unknown }
  readonly input: unknown
  readonly output: unknown
  readonly tags: string
}

const sources = new WeakMap<Machine, Json>()

/**
 * Makes a machine of a definition in JSON: a text, or a value as `JSON.parse` gives it. Guards, assignments and other computed values
 * are expressions of CEL; `SPEC.md` says the form.
 * @throws invalid with all findings at once, each with its path, in `details.issues`; for text that is no JSON, with line and column
 * @throws too_large with the limit that was passed, and where
 */
export function machineFromJson(json: unknown, limits: Partial<MachineJsonLimits> = {}): Machine<JsonMachineTypes> {
  const bounds = { ...defaultMachineJsonLimits, ...limits }
  const source = readPlain(json, bounds)
  if (!isObject(source)) {
    throw new HoldfastError(
      'invalid',
      `Expected a machine, an object with id and states, got ${JSON.stringify(source).slice(0, 80)}`,
      {
        path: '',
      },
    )
  }
  const blueprint = compile(source, bounds)
  const machine = machineOf<JsonMachineTypes>(blueprint, { actors: namesIn(source.actors), effects: namesIn(source.effects) })
  sources.set(machine, source)
  return machine
}

/**
 * The JSON a machine was made of, frozen: `machineFromJson` makes an equal machine of it.
 * @throws invalid for a machine that was not made of JSON: functions cannot be written down
 */
export function toJson(machine: Machine): Json {
  const source = sources.get(machine)
  if (source !== undefined) return source
  throw new HoldfastError(
    'invalid',
    `Expected a machine from machineFromJson; ${machine.tag} was made of functions, which JSON cannot hold`,
    {
      path: 'machine',
    },
  )
}

function compile(source: JsonObject, limits: MachineJsonLimits): Blueprint {
  const report = new Report()
  const reading = new Reading(report, limits)
  const schemas = new Schemas(source.schemas, report)
  const around: MachineReading = { reading, schemas, delays: {} }
  for (const key of ['types', 'guards', 'actions']) {
    if (source[key] !== undefined) report.add([key], 'unknown property: guards and actions stand in place, types are schemas')
  }
  readDelays(source.delays, ['delays'], around)
  const context = readContext(source.context, around)
  const effects = readNames(source.effects, ['effects'], around)
  const actors = readNames(source.actors, ['actors'], around)
  const state = readState(withoutRootParts(source), [], around) as object
  const definition = {
    ...state,
    delays: around.delays,
    effects: Object.fromEntries(effects.map((name) => [name, performed])),
    actors: Object.fromEntries(actors.map((name) => [name, 'external'])),
  }
  const blueprint = define(definition, source, report)
  return {
    ...blueprint,
    context: (input) => {
      reading.budget.renew()
      schemas.admitInput(input)
      const begun = context({ input })
      schemas.admitContext(begun)
      return begun
    },
    examine: (event) => {
      reading.budget.renew()
      return schemas.examine(event)
    },
  }
}

/** The names in a list that has been read. */
function namesIn(list: Json | undefined): string[] {
  return Array.isArray(list) ? list.map(String) : []
}

/** What an `effect` action asks for: its params, worked out. */
function performed(args: Args, params: Compute): Json {
  return params(valuesOf(args))
}

/** The definition finds what is wrong with the structure; all is said together with what was found before. */
function define(definition: object, source: JsonObject, report: Report): Blueprint {
  const id = typeof source.id === 'string' && /^[^\s.#@]+$/.test(source.id) ? source.id : 'machine'
  try {
    const blueprint = blueprintOf(definition)
    if (report.isEmpty) return blueprint
  } catch (error) {
    if (!HoldfastError.is(error, 'invalid')) throw error
    for (const { path, message } of error.details.issues ?? []) report.add(toJsonPath(path, source, id), message)
  }
  return report.refuse(id)
}

/** The context to begin with: JSON, in which `{ expr }` sees the input. What nobody has to work out is checked at once. */
function readContext(
  context: Json | undefined,
  { reading, schemas }: MachineReading,
): (values: { readonly input: unknown }) => Json {
  const { report } = reading
  const begun = context ?? {}
  if (!isObject(begun) || isExpression(begun)) {
    report.add(['context'], 'expected an object; values in it may be { expr }, which sees input')
    return () => ({})
  }
  if (isConstant(begun)) for (const { path, message } of schemas.examineContext(begun)) report.add(parsePath(path), message)
  return compileTemplate(begun, ['context'], reading, 'input')
}
