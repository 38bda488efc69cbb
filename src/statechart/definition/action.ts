import type { Action, Block, Scope } from '../blueprint.ts'
import type { ActionNote } from '../note.ts'
import type { BuiltIn, Request } from './actions.ts'
import { listOf } from './raw.ts'
import { argsOf, type Formula, formula, isFormula, nameRef, type Surroundings } from './surroundings.ts'

/** Compiles one action or a list of them; what is none becomes a finding. */
export function compileActions(actions: unknown, path: string, around: Surroundings): Block {
  return listOf(actions).flatMap((action, i) => compileOne(action, Array.isArray(actions) ? `${path}.${i}` : path, around))
}

/** Looks at declared actions by themselves, so that a wrong one is found even where nobody uses it. */
export function checkDeclared(around: Surroundings, machine: string): void {
  for (const [name, value] of Object.entries(around.actions)) {
    const path = `${machine}.actions.${name}`
    compileActions(value, path, { ...around, actions: {}, effects: {} })
    if (Object.hasOwn(around.effects, name)) around.findings.add(path, 'an effect has the same name')
  }
}

function compileOne(action: unknown, path: string, around: Surroundings): Block {
  const ref = nameRef(action)
  if (ref !== undefined) return named(ref.name, ref.params, path, around)
  if (isBuiltIn(action)) return [builtIn(action, undefined, { path }, around)]
  const hint = isFormula(action)
    ? '; a function may do anything: change the context with assign, declare what reaches outside in effects'
    : ''
  around.findings.add(path, `expected an action: a name, or assign, raise, sendTo, emit, cancel, log${hint}`)
  return []
}

function named(name: string, params: unknown, path: string, around: Surroundings): Block {
  const { actions, effects, findings } = around
  const effect = Object.hasOwn(effects, name) ? effects[name] : undefined
  if (isFormula(effect)) {
    const perform: Action = (scope) => scope.ask({ type: 'perform', name, payload: effect(argsOf(scope), params) })
    return [noted({ kind: 'perform', name, params, path, written: {} }, perform)]
  }
  if (effect === undefined && !Object.hasOwn(actions, name)) {
    findings.unknown(path, 'action', name, [...Object.keys(actions), ...Object.keys(effects)])
  }
  // What is wrong in the action itself is said once, where it is declared.
  return listOf(actions[name]).flatMap((each) => (isBuiltIn(each) ? builtIn(each, params, { path, name }, around) : []))
}

function isBuiltIn(value: unknown): value is BuiltIn {
  return typeof value === 'function' && 'kind' in value
}

/** An action with what tools may know of it. */
export function noted(note: ActionNote, action: Action): Action {
  return Object.assign(action, { note })
}

function builtIn(action: BuiltIn, params: unknown, at: Pick<ActionNote, 'path' | 'name'>, around: Surroundings): Action {
  const { kind, written } = action
  const note: ActionNote = { kind, written, ...at, ...(params !== undefined && { params }) }
  if (kind === 'assign') return noted(note, (scope) => assignTo(scope, action(argsOf(scope), params)))
  // A delay that is no name is computed by the action itself.
  const delay = action.delay === undefined ? undefined : compileDelay(action.delay, at.path, around)
  return noted(note, (scope) => perform(scope, action(argsOf(scope), params), delay))
}

function assignTo(scope: Scope, request: Request): void {
  if (request.type === 'assign') scope.context = { ...(scope.context as object), ...request.change }
}

function perform(scope: Scope, request: Request, delay: Formula<number> | undefined): void {
  if (request.type === 'assign') assignTo(scope, request)
  else if (request.type === 'raise') raiseIn(scope, request, deadline(scope, request.delay, delay))
  else if (request.type === 'sendTo') {
    const { target, event, id, late } = request
    const at = deadline(scope, request.delay, delay)
    const delivery = { ...(id !== undefined && { id }), ...(at !== undefined && { at }), ...(late !== undefined && { late }) }
    scope.ask({ type: 'send', target, event, ...delivery })
  } else if (request.type === 'log') {
    scope.ask({ type: 'log', value: request.value, ...(request.label !== undefined && { label: request.label }) })
  } else scope.ask(request)
}

function raiseIn(scope: Scope, { event, id, late }: Request & { type: 'raise' }, at: number | undefined): void {
  if (at === undefined) scope.raise(event)
  else scope.ask({ type: 'schedule', id: id ?? event.type, at, event, ...(late !== undefined && { late }) })
}

function deadline(scope: Scope, own: string | number | undefined, named: Formula<number> | undefined): number | undefined {
  if (named !== undefined) return scope.now + named(argsOf(scope), undefined)
  return own === undefined ? undefined : scope.now + Math.max(0, Number(own))
}

/** Milliseconds: a number, a function, or one of the definition's delays by name. */
export function compileDelay(delay: unknown, path: string, { delays, findings }: Surroundings): Formula<number> {
  if (typeof delay === 'string' && !Object.hasOwn(delays, delay)) findings.unknown(path, 'delay', delay, Object.keys(delays))
  const value = formula(typeof delay === 'string' ? delays[delay] : delay)
  return (args, params) => Math.max(0, Number(value(args, params)))
}
