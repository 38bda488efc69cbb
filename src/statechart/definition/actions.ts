import type { Late } from '../effect.ts'
import type { EventObject } from '../event.ts'

/** What guards, assignments and every computed value are given. */
export interface Args<C = unknown, E extends EventObject = EventObject> {
  readonly context: C
  /** The event being processed; while a machine is entered, `{ type: 'init' }`. */
  readonly event: E
  /** Milliseconds since the Unix epoch, as given to the step. */
  readonly now: number
}

/** A value, or a pure function that makes it. */
export type Computed<V, C, E extends EventObject, P> = V | ((args: Args<C, E>, params: P) => V)

/** An event with whatever its receiver wants to know, written in place or of a type of its own. */
export type OwnEvent = EventObject | (EventObject & Readonly<Record<string, unknown>>)

/** Any value, said so that a function in its place still has its parameters typed. */
export type Anything = object | string | number | bigint | boolean | symbol | null | undefined

/** What `assign` takes: the new properties at once, or each by itself. */
export type Assigner<C, E extends EventObject, P> =
  | ((args: Args<C, E>, params: P) => Partial<C>)
  | { readonly [K in keyof C]?: Computed<C[K], C, E, P> }

/** How a raised or sent event is delayed, and named so that `cancel` finds it. */
export interface Delivery<C = unknown, E extends EventObject = EventObject, P = unknown> {
  /** Milliseconds, or the name of one of the definition's `delays`. */
  readonly delay?: string | Computed<number, C, E, P>
  readonly id?: string
  /** What becomes of it when its time passes while nobody is there. Default `fire`. */
  readonly late?: Late
}

/** What an action asks of the machine. */
export type Request =
  | { readonly type: 'assign'; readonly change: object }
  | {
      readonly type: 'raise'
      readonly event: EventObject
      readonly delay: string | number | undefined
      readonly id: string | undefined
      readonly late: Late | undefined
    }
  | {
      readonly type: 'sendTo'
      readonly target: string
      readonly event: EventObject
      readonly delay: string | number | undefined
      readonly id: string | undefined
      readonly late: Late | undefined
    }
  | { readonly type: 'emit'; readonly event: EventObject }
  | { readonly type: 'cancel'; readonly id: string }
  | { readonly type: 'log'; readonly value: unknown; readonly label: string | undefined }

/** An action made by `assign`, `raise`, `sendTo`, `emit`, `cancel` or `log`: pure, it says what it asks for and does nothing. */
export interface BuiltIn<C = unknown, E extends EventObject = EventObject, P = unknown> {
  (args: Args<C, E>, params: P): Request
  readonly kind: Request['type']
  /** The name of the delay it waits for, looked up when the machine is defined. */
  readonly delay?: string
  /** Its arguments as they were written. */
  readonly written: Readonly<Record<string, unknown>>
}

/** Replaces properties of the context: `assign({ count: ({ context }) => context.count + 1 })`. All see the context as it was. */
export function assign<C, E extends EventObject = EventObject, P = unknown>(
  assigner: Assigner<NoInfer<C>, NoInfer<E>, P>,
): BuiltIn<C, E, P> {
  if (typeof assigner === 'function')
    return made('assign', (args, params) => ({ type: 'assign', change: assigner(args, params) }), { assigner })
  const parts = Object.entries(assigner as Readonly<Record<string, Computed<unknown, C, E, P>>>)
  const ask = (args: Args<C, E>, params: P): Request => {
    const change: Record<string, unknown> = {}
    for (const [key, value] of parts) change[key] = compute(value, args, params)
    return { type: 'assign', change }
  }
  return made('assign', ask, { assigner })
}

/** Puts an event into the machine's own queue, processed in the same step; with a delay, once that has passed. */
export function raise<C, E extends EventObject = EventObject, P = unknown>(
  event: Computed<OwnEvent, NoInfer<C>, NoInfer<E>, P>,
  delivery: Delivery<NoInfer<C>, NoInfer<E>, P> = {},
): BuiltIn<C, E, P> {
  return made(
    'raise',
    (args, params) => ({ type: 'raise', event: compute(event, args, params), ...delivered(delivery, args, params) }),
    { event, ...delivery },
  )
}

/** Sends an event to a child by its id, to `parent`, or to whoever the runtime knows by that name. */
export function sendTo<C, E extends EventObject = EventObject, P = unknown>(
  target: Computed<string, NoInfer<C>, NoInfer<E>, P>,
  event: Computed<OwnEvent, NoInfer<C>, NoInfer<E>, P>,
  delivery: Delivery<NoInfer<C>, NoInfer<E>, P> = {},
): BuiltIn<C, E, P> {
  const ask = (args: Args<C, E>, params: P): Request => {
    const sent = { target: compute(target, args, params), event: compute(event, args, params) }
    return { type: 'sendTo', ...sent, ...delivered(delivery, args, params) }
  }
  return made('sendTo', ask, { target, event, ...delivery })
}

/** Tells whoever listens to the machine. */
export function emit<C, E extends EventObject = EventObject, P = unknown>(
  event: Computed<OwnEvent, NoInfer<C>, NoInfer<E>, P>,
): BuiltIn<C, E, P> {
  return made('emit', (args, params) => ({ type: 'emit', event: compute(event, args, params) }), { event })
}

/** Takes back what `raise` or `sendTo` delayed under this id. */
export function cancel<C, E extends EventObject = EventObject, P = unknown>(
  id: Computed<string, NoInfer<C>, NoInfer<E>, P>,
): BuiltIn<C, E, P> {
  return made('cancel', (args, params) => ({ type: 'cancel', id: compute(id, args, params) }), { id })
}

/** Writes a value to the log. */
export function log<C, E extends EventObject = EventObject, P = unknown>(
  value: Computed<Anything, NoInfer<C>, NoInfer<E>, P>,
  label?: string,
): BuiltIn<C, E, P> {
  return made('log', (args, params) => ({ type: 'log', value: compute(value, args, params), label }), { value, label })
}

function made<C, E extends EventObject, P>(
  kind: Request['type'],
  ask: (args: Args<C, E>, params: P) => Request,
  written: Readonly<Record<string, unknown>>,
): BuiltIn<C, E, P> {
  const { delay } = written
  return Object.assign(ask, { kind, written, ...(typeof delay === 'string' && { delay }) })
}

function delivered<C, E extends EventObject, P>({ delay, id, late }: Delivery<C, E, P>, args: Args<C, E>, params: P) {
  return { delay: compute(delay, args, params), id, late }
}

function compute<V, C, E extends EventObject, P>(value: Computed<V, C, E, P>, args: Args<C, E>, params: P): V {
  return typeof value === 'function' ? (value as (args: Args<C, E>, params: P) => V)(args, params) : value
}
