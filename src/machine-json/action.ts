import { HoldfastError, type Json, type Path } from '../core/index.ts'
import {
  type Args,
  assign,
  cancel,
  type Delivery,
  type EventObject,
  emit,
  type Late,
  log,
  raise,
  sendTo,
  worded,
} from '../statechart/index.ts'
import { valuesOf } from './arguments.ts'
import { compileDelay, parseDuration } from './delay.ts'
import type { Compute, Reading } from './reading.ts'
import type { Schemas } from './schemas.ts'
import { compileTemplate, isExpression, isObject, isReference, type JsonObject } from './template.ts'

/** Reads an action of one kind, as an action in the words of definitions. */
type Reader = (action: JsonObject, path: Path, around: ActionSurroundings) => unknown

/** What actions are read against. */
export interface ActionSurroundings {
  readonly reading: Reading
  readonly schemas: Schemas
  /** By name; gathers those of `after` that are neither milliseconds nor names. */
  readonly delays: Record<string, unknown>
}

/** Each kind by the property that names it, with what may stand beside. */
const KINDS: Readonly<Record<string, { readonly beside: readonly string[]; readonly read: Reader }>> = {
  assign: { beside: [], read: readAssign },
  raise: { beside: ['delay', 'id', 'late'], read: readRaise },
  sendTo: { beside: ['event', 'delay', 'id', 'late'], read: readSendTo },
  emit: { beside: [], read: (action, path, around) => emit(eventOf(action.emit, [...path, 'emit'], around.reading)) },
  cancel: { beside: [], read: (action, path, { reading }) => cancel(textOf(action.cancel, [...path, 'cancel'], reading)) },
  log: { beside: ['label'], read: readLog },
  effect: { beside: ['params'], read: readEffect },
}

/** Reads one action or a list of them. */
export function compileActions(actions: Json, path: Path, around: ActionSurroundings): unknown[] {
  if (!Array.isArray(actions)) return [compileOne(actions, path, around)]
  return actions.map((action: Json, i) => compileOne(action, [...path, i], around))
}

function compileOne(action: Json, path: Path, around: ActionSurroundings): unknown {
  if (typeof action === 'string' || isReference(action)) return action
  const keys = isObject(action) ? Object.keys(action) : []
  const kind = keys.find((key) => Object.hasOwn(KINDS, key))
  const entry = kind === undefined ? undefined : KINDS[kind]
  if (!isObject(action) || entry === undefined) {
    around.reading.report.add(
      path,
      `expected an action: an object with one of ${Object.keys(KINDS).join(', ')}, or a name of code.actions`,
    )
    return log('')
  }
  for (const key of keys) {
    if (key !== kind && !entry.beside.includes(key)) {
      around.reading.report.add([...path, key], `unknown property of ${kind}; there are ${entry.beside.join(', ') || 'none'}`)
    }
  }
  return entry.read(action, path, around)
}

/** All expressions see the context as it was; the whole that comes of them must fit its schema. */
function readAssign(action: JsonObject, path: Path, { reading, schemas }: ActionSurroundings): unknown {
  const at = [...path, 'assign']
  if (!isObject(action.assign)) reading.report.add(at, 'expected an object of expressions')
  const entries = Object.entries(isObject(action.assign) ? action.assign : {})
  const parts = entries.map(([key, source]) => [key, reading.expression(source, [...at, key], 'step')] as const)
  const assigned = (args: Args<object>): object => {
    const values = valuesOf(args)
    const change = Object.fromEntries(parts.map(([key, compute]) => [key, compute(values)]))
    schemas.admitContext({ ...args.context, ...change })
    return change
  }
  return assign<object>(worded(assigned, entries.map(([key]) => key).join(', ')))
}

function readRaise(action: JsonObject, path: Path, around: ActionSurroundings): unknown {
  const { reading, schemas } = around
  const at = [...path, 'raise']
  const event = eventOf(action.raise, at, reading)
  const type = isObject(action.raise) ? action.raise.type : undefined
  if (typeof type === 'string' && !schemas.knows(type)) {
    reading.report.add(
      [...at, 'type'],
      `no event of the machine; schemas.events declares ${schemas.types?.slice(0, 24).join(', ')}`,
    )
  }
  const checked = (args: Args): EventObject => {
    const raised = event(args)
    schemas.admitRaised(raised)
    return raised
  }
  return raise(worded(checked, String(type)), deliveryOf(action, path, around))
}

function readSendTo(action: JsonObject, path: Path, around: ActionSurroundings): unknown {
  const { reading } = around
  const event = eventOf(action.event, [...path, 'event'], reading)
  return sendTo(textOf(action.sendTo, [...path, 'sendTo'], reading), event, deliveryOf(action, path, around))
}

function readLog(action: JsonObject, path: Path, { reading }: ActionSurroundings): unknown {
  const value = compileTemplate(action.log ?? null, [...path, 'log'], reading)
  const { label } = action
  if (label !== undefined && typeof label !== 'string') reading.report.add([...path, 'label'], 'expected a text')
  const said = (args: Args): Json => value(valuesOf(args))
  return log(worded(said, 'log'), typeof label === 'string' ? label : undefined)
}

/** The params, worked out, are the payload; `effects` of the definition calls what stands here. */
function readEffect(action: JsonObject, path: Path, { reading }: ActionSurroundings): unknown {
  const at = [...path, 'params']
  const params: Compute | undefined = action.params === undefined ? undefined : compileTemplate(action.params, at, reading)
  if (typeof action.effect === 'string' && action.effect !== '') return { type: action.effect, params }
  reading.report.add([...path, 'effect'], 'expected the name of one of effects')
  return log('')
}

function deliveryOf(action: JsonObject, path: Path, around: ActionSurroundings): Delivery<unknown, EventObject, unknown> {
  const { delay, id, late } = action
  const { reading } = around
  if (late !== undefined && !isLate(late)) reading.report.add([...path, 'late'], 'expected fire, restart or drop')
  if (id !== undefined && typeof id !== 'string') reading.report.add([...path, 'id'], 'expected a text')
  return {
    ...(delay !== undefined && { delay: delayOf(delay, [...path, 'delay'], around) }),
    ...(typeof id === 'string' && { id }),
    ...(isLate(late) && { late }),
  }
}

/** A delay, or one of the machine's by name. */
function delayOf(delay: Json, path: Path, { reading, delays }: ActionSurroundings): string | ((args: Args) => number) {
  const isName = typeof delay === 'string' && parseDuration(delay) === undefined && Object.hasOwn(delays, delay)
  return isName ? delay : worded(compileDelay(delay, path, reading), isExpression(delay) ? String(delay.expr) : String(delay))
}

function isLate(value: Json | undefined): value is Late {
  return value === 'fire' || value === 'restart' || value === 'drop'
}

/** An event: an object whose `type` is written out, so that it can be looked for. */
function eventOf(event: Json | undefined, path: Path, reading: Reading): (args: Args) => EventObject {
  if (!isObject(event) || typeof event.type !== 'string' || event.type === '') {
    reading.report.add(path, 'expected an event: { type: <text>, ... }')
    return () => ({ type: '' })
  }
  const compute = compileTemplate(event, path, reading)
  return worded((args: Args) => compute(valuesOf(args)) as unknown as EventObject, event.type)
}

/** A text, or an expression that gives one. */
function textOf(text: Json | undefined, path: Path, reading: Reading): (args: Args) => string {
  if (typeof text === 'string' && text !== '') return worded(() => text, text)
  if (!isExpression(text)) {
    reading.report.add(path, 'expected a text, or { expr }')
    return () => ''
  }
  const compute = reading.expression(text.expr, [...path, 'expr'], 'step', ['string'])
  const worked = (args: Args): string => {
    const found = compute(valuesOf(args))
    if (typeof found === 'string') return found
    throw new HoldfastError('invalid', `Expected ${JSON.stringify(text.expr)} to give a text, got ${typeof found}`, {})
  }
  return worded(worked, String(text.expr))
}
