import { HoldfastError, type Json, parsePath } from '../core/index.ts'
import { type Args, type Blueprint, blueprintOf, type EventObject, type Machine, machineOf } from '../statechart/index.ts'
import type { ActionSurroundings } from './action.ts'
import { valuesOf } from './arguments.ts'
import { type BroughtCode, type MachineCode, readCode } from './code.ts'
import { toJsonPath } from './core-path.ts'
import { defaultMachineJsonLimits, type MachineJsonLimits } from './limits.ts'
import { readPlain } from './plain.ts'
import { type Compute, Reading } from './reading.ts'
import { Report } from './report.ts'
import { Schemas } from './schemas.ts'
import { readDelays, readNames, readSecret, readState, withoutRootParts } from './state.ts'
import { compileTemplate, isConstant, isExpression, isObject, type JsonObject } from './template.ts'

/** The types of a machine that was JSON: its context is plain JSON, its schemas check what the compiler cannot. */
export interface JsonMachineTypes {
  readonly context: { readonly [key: string]: Json }
  readonly events: EventObject & { readonly [field: string]: unknown }
  readonly input: unknown
  readonly output: unknown
  readonly tags: string
}

/** How a machine in JSON is read. */
export interface MachineJsonOptions extends Partial<MachineJsonLimits> {
  /** What the JSON leaves to code, by the names in its `code`. */
  readonly code?: MachineCode
}

/**
 * Makes a machine of a definition in JSON: a text, or a value as `JSON.parse` gives it. Guards, assignments and other computed values
 * are expressions of CEL; `SPEC.md` says the form.
 * @throws invalid with all findings at once, each with its path, in `details.issues`; for text that is no JSON, with line and column
 * @throws too_large with the limit that was passed, and where
 */
export function machineFromJson(json: unknown, { code = {}, ...limits }: MachineJsonOptions = {}): Machine<JsonMachineTypes> {
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
  const report = new Report()
  const brought = readCode(source.code, code, report)
  const blueprint = compile(source, brought, report, bounds)
  const external = Object.fromEntries(namesIn(source.actors).map((name) => [name, 'external'] as const))
  const effects = [...namesIn(source.effects), ...Object.keys(brought.effects)]
  return machineOf<JsonMachineTypes>(blueprint, { actors: { ...external, ...brought.actors }, effects })
}

function compile(source: JsonObject, code: BroughtCode, report: Report, limits: MachineJsonLimits): Blueprint {
  const reading = new Reading(report, limits)
  const schemas = new Schemas(source.schemas, report)
  const around: ActionSurroundings = { reading, schemas, delays: { ...code.delays } }
  for (const key of ['types', 'guards', 'actions']) {
    if (source[key] !== undefined) report.add([key], 'unknown property: types are schemas, code has its names in code')
  }
  readDelays(source.delays, ['delays'], around)
  const context = code.context ?? readContext(source.context, around)
  const effects = readNames(source.effects, ['effects'], around)
  const actors = readNames(source.actors, ['actors'], around)
  const secret = readSecret(source.secret, ['secret'], around)
  const state = readState(withoutRootParts(source), [], around) as object
  const definition = {
    ...state,
    ...(code.output !== undefined && { output: code.output }),
    guards: code.guards,
    actions: code.actions,
    delays: around.delays,
    effects: {
      ...Object.fromEntries(effects.map((name) => [name, performed])),
      ...Object.fromEntries(Object.entries(code.effects).map(([name, payload]) => [name, performedBy(payload)])),
    },
    actors: { ...Object.fromEntries(actors.map((name) => [name, 'external'])), ...code.actors },
  }
  const blueprint = define(definition, source, report)
  return {
    ...blueprint,
    json: source,
    secret,
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

/** What an `effect` action asks for: its params, worked out; by its name alone, with params as they stand. */
function performed(args: Args, params: Compute | Json | undefined): Json {
  return typeof params === 'function' ? params(valuesOf(args)) : (params ?? null)
}

function performedBy(payload: (args: Args, params: unknown) => unknown) {
  return (args: Args, params: Compute | Json | undefined): unknown =>
    payload(args, params === undefined ? undefined : performed(args, params))
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
  { reading, schemas }: ActionSurroundings,
): (values: { readonly input: unknown }) => unknown {
  const { report } = reading
  const begun = context ?? {}
  if (!isObject(begun) || isExpression(begun)) {
    report.add(['context'], 'expected an object; values in it may be { expr }, which sees input')
    return () => ({})
  }
  if (isConstant(begun)) for (const { path, message } of schemas.examineContext(begun)) report.add(parsePath(path), message)
  return compileTemplate(begun, ['context'], reading, 'input')
}
