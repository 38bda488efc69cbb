import { type Args, INIT } from '../statechart/index.ts'

/** A function of an XState machine: of context and event, and of the params it was named with. */
export type XFunction = (args: object, params?: unknown) => unknown

/** An object of a machine that nobody has looked at. */
export type Raw = Readonly<Record<string, unknown>>

export function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isFunction(value: unknown): value is XFunction {
  return typeof value === 'function'
}

/** What XState hands to functions. There is no `self` and no `system`: a step is pure. */
function argsOf({ context, event }: Args): object {
  return { context, event: event.type === INIT.type ? { type: 'xstate.init' } : event }
}

/** A value, or what the function in its place makes. */
export function computed(value: unknown, args: Args, params?: unknown): unknown {
  return isFunction(value) ? value(argsOf(args), paramsOf(params, args)) : value
}

/** Params may be a function of context and event. */
export function paramsOf(params: unknown, args: Args): unknown {
  return isFunction(params) ? params(argsOf(args)) : params
}
