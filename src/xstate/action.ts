import { type Args, assign, cancel, type EventObject, emit, log, raise, sendTo } from '../statechart/index.ts'
import { computed, isFunction, isRaw, paramsOf, type Raw, type XFunction } from './arguments.ts'
import type { Refusals } from './refusals.ts'

/** What actions are imported against; `named` gathers the names of those that act outside. */
export interface ActionSurroundings {
  readonly refusals: Refusals
  /** Implementations by name. */
  readonly actions: Raw
  readonly effects: Record<string, (args: Args, params: unknown) => unknown>
}

type Maker = (action: Raw, path: string, around: ActionSurroundings) => unknown

/** XState's own actions are functions with a `type` and what they were made with. */
const MAKERS: Readonly<Record<string, Maker>> = {
  'xstate.assign': ({ assignment }) => assign((args: Args, params) => changeOf(assignment, args, params) as object),
  'xstate.raise': ({ event, ...delivery }) => raise(eventOf(event), deliveryOf(delivery)),
  'xstate.sendTo': importSendTo,
  'xstate.emit': ({ event }) => emit(eventOf(event)),
  'xstate.cancel': ({ sendId }) => cancel((args: Args, params) => String(computed(sendId, args, params))),
  'xstate.log': ({ value, label }) => {
    return log((args: Args, params) => computed(value, args, params) as string, typeof label === 'string' ? label : undefined)
  },
}

/** One action or several, in the words of definitions. */
export function importActions(actions: unknown, path: string, around: ActionSurroundings): unknown {
  if (Array.isArray(actions)) return actions.map((action, i) => importAction(action, `${path}.${i}`, around))
  return importAction(actions, path, around)
}

function importAction(action: unknown, path: string, around: ActionSurroundings): unknown {
  if (typeof action === 'string') return named(action, action, around)
  if (isFunction(action)) return importFunction(action, path, around)
  if (isRaw(action) && typeof action.type === 'string') return named(action.type, action, around)
  around.refusals.add(path, 'expected an action: a name, or one of assign, raise, sendTo, emit, cancel, log')
  return []
}

/** A function that was named, or a name nobody implements, is work outside: an effect. */
function named(name: string, ref: unknown, around: ActionSurroundings): unknown {
  const own = Object.hasOwn(around.actions, name) ? around.actions[name] : undefined
  const isOwn = Array.isArray(own) || (isFunction(own) && 'type' in own)
  if (!isOwn) around.effects[name] = (args, params) => paramsOf(params, args)
  return ref
}

/** An action that XState made, or a function that does something itself. */
export function importFunction(action: XFunction, path: string, around: ActionSurroundings): unknown {
  const { type } = action as XFunction & { readonly type?: unknown }
  const make = typeof type === 'string' && Object.hasOwn(MAKERS, type) ? MAKERS[type] : undefined
  if (make !== undefined) return make({ ...action }, path, around)
  const why =
    type === undefined
      ? 'a function in place may do anything: give it a name in actions, it becomes an effect'
      : `${type} is not supported`
  around.refusals.add(path, why)
  return log('')
}

function changeOf(assignment: unknown, args: Args, params: unknown): unknown {
  if (!isRaw(assignment)) return computed(assignment, args, params)
  return Object.fromEntries(Object.entries(assignment).map(([key, value]) => [key, computed(value, args, params)]))
}

function eventOf(event: unknown): (args: Args, params: unknown) => EventObject {
  return (args, params) => {
    const made = computed(event, args, params)
    return typeof made === 'string' ? { type: made } : (made as EventObject)
  }
}

function deliveryOf({ delay, id }: Raw): { delay?: string | ((args: Args, params: unknown) => number); id?: string } {
  const isComputed = typeof delay === 'number' || isFunction(delay)
  return {
    ...(typeof delay === 'string' && { delay }),
    ...(isComputed && { delay: (args: Args, params: unknown) => Number(computed(delay, args, params)) }),
    ...(typeof id === 'string' && { id }),
  }
}

function importSendTo({ to, event, ...delivery }: Raw, path: string, { refusals }: ActionSurroundings): unknown {
  // What XState's sendParent says.
  const target = to === '#_parent' ? 'parent' : to
  if (typeof target === 'string' && !target.startsWith('#_')) return sendTo(target, eventOf(event), deliveryOf(delivery))
  refusals.add(path, 'sendTo a computed actor is not supported: name the actor by its id')
  return log('')
}
