import type { Late } from '../effect.ts'
import type { EventObject } from '../event.ts'
import type { ActorSource } from '../machine.ts'
import type { MachineTypes } from '../snapshot.ts'
import type { Anything, Args, BuiltIn, Computed } from './actions.ts'
import type { Combination } from './guards.ts'

/** One or several. */
export type OneOrMore<V> = V | readonly V[]

/** The part of a definition that says its types: `types: {} as { context: ..., events: ... }`. Only the compiler looks at it. */
export type TypesHint = Partial<MachineTypes>

/** The types a hint stands for: what is not said may be anything. */
export interface Resolved<T extends TypesHint> extends MachineTypes {
  readonly context: T extends { context: infer C } ? C : Readonly<Record<string, unknown>>
  readonly events: T extends { events: infer E extends EventObject } ? E : EventObject & Readonly<Record<string, unknown>>
  readonly input: T extends { input: infer I } ? I : unknown
  readonly output: T extends { output: infer O } ? O : unknown
  readonly tags: T extends { tags: infer N extends string } ? N : string
}

/** The names a definition declares; `guards`, `actions` and `effects` map names to the params they take. */
export interface Names {
  readonly guards: object
  readonly actions: object
  readonly effects: object
  readonly delays: string
  readonly actors: string
}

/** By name, or with the params it takes. */
export type Ref<Known> = {
  [K in keyof Known & string]: unknown extends Known[K]
    ? K | { readonly type: K }
    : { readonly type: K; readonly params: Known[K] }
}[keyof Known & string]

/** A guard: by name, combined, or a pure function in place. */
export type GuardConfig<T extends MachineTypes, E extends EventObject, N extends Names> =
  | Ref<N['guards']>
  | Combination<Ref<N['guards']> | Combination | ((args: Args<T['context'], E>) => boolean)>
  | ((args: Args<T['context'], E>) => boolean)

/** An action: by name, an effect by name, or built in place. */
export type ActionConfig<T extends MachineTypes, E extends EventObject, N extends Names> =
  | Ref<N['actions']>
  | Ref<N['effects']>
  | BuiltIn<T['context'], E, unknown>

/** Where an event leads. Without a target nothing is left or entered, only actions run. */
export interface TransitionObject<T extends MachineTypes, E extends EventObject, N extends Names> {
  /** `sibling`, `sibling.child`, `.child`, `#id`; several for several regions of a parallel state. */
  readonly target?: OneOrMore<string>
  readonly guard?: GuardConfig<T, E, N>
  readonly actions?: OneOrMore<ActionConfig<T, E, N>>
  /** True: the source is left and entered again although the target lies in it. */
  readonly reenter?: boolean
  readonly description?: string
}

/** A transition, or several tried in order; `undefined` takes the event and does nothing, so that outer states do not see it. */
export type TransitionConfig<T extends MachineTypes, E extends EventObject, N extends Names> =
  | undefined
  | OneOrMore<string | TransitionObject<T, E, N>>

/** Where a delay leads; `late` of the first transition says what happens when nobody was there to wait for it. */
export type AfterConfig<T extends MachineTypes, N extends Names> =
  | undefined
  | OneOrMore<string | (TransitionObject<T, T['events'], N> & { readonly late?: Late })>

/** The event of a finished state or child. */
export interface DoneEvent<O = unknown> extends EventObject {
  readonly output: O
}

/** The event of a failed child. */
export interface ErrorEvent extends EventObject {
  readonly error: unknown
}

/** How a transition names events: a type, `order.*`, or `*`; and what the platform raises. */
type Descriptors<E extends EventObject> = E['type'] | '*' | `${string}.*` | PlatformError

/** What the platform raises when content throws, and when a message cannot be delivered (SCXML 1.0, 5.10.2 and 6.2.4). */
type PlatformError = 'error.execution' | 'error.communication'

/** The events a descriptor stands for, as far as the definition declares them. */
type Described<E extends EventObject, D> = string extends E['type']
  ? E
  : D extends PlatformError
    ? ErrorEvent
    : D extends E['type']
      ? Extract<E, { readonly type: D }>
      : D extends '*'
        ? E
        : D extends `${infer Prefix}.*`
          ? Extract<E, { readonly type: Prefix | `${Prefix}.${string}` }>
          : E

/** Transitions by event. */
export type OnConfig<T extends MachineTypes, N extends Names> = {
  readonly [D in Descriptors<T['events']>]?: TransitionConfig<T, Described<T['events'], D>, N>
}

/** A child that runs while the state is active. */
export interface InvokeConfig<T extends MachineTypes, N extends Names> {
  /** One of the definition's `actors`. */
  readonly src: N['actors']
  /** By which `sendTo` reaches it. */
  readonly id?: string
  readonly input?: Computed<Anything, T['context'], T['events'], undefined>
  readonly onDone?: TransitionConfig<T, DoneEvent, N>
  readonly onError?: TransitionConfig<T, ErrorEvent, N>
}

/** A state. */
export interface StateConfig<T extends MachineTypes, N extends Names> {
  /** By which `#id` targets find it. */
  readonly id?: string
  readonly type?: 'atomic' | 'compound' | 'parallel' | 'final' | 'history'
  readonly initial?: string | { readonly target: string; readonly actions?: OneOrMore<ActionConfig<T, T['events'], N>> }
  readonly states?: { readonly [key: string]: StateConfig<T, N> }
  readonly on?: OnConfig<T, N>
  /** Taken without an event, as soon as the guard holds. */
  readonly always?: TransitionConfig<T, T['events'], N>
  /** By delay: milliseconds, or one of the definition's `delays`. */
  readonly after?: { readonly [delay in number | N['delays']]?: AfterConfig<T, N> }
  readonly entry?: OneOrMore<ActionConfig<T, T['events'], N>>
  readonly exit?: OneOrMore<ActionConfig<T, T['events'], N>>
  readonly invoke?: OneOrMore<InvokeConfig<T, N>>
  /** Taken when the state's own final state, or the final states of all its regions, are reached. */
  readonly onDone?: TransitionConfig<T, DoneEvent, N>
  /** Of a history state. */
  readonly history?: 'shallow' | 'deep'
  /** Of a history state: where it leads when nothing is remembered. */
  readonly target?: string
  /** Of a final state: what its `done` event carries. */
  readonly output?: Computed<Anything, T['context'], T['events'], undefined>
  readonly tags?: OneOrMore<T['tags']>
  readonly meta?: unknown
  readonly description?: string
  /** What an agent is told while the state is active. */
  readonly instructions?: string
  /** The tools an agent may call while the state is active. */
  readonly tools?: readonly string[]
}

/** Names and the params that go with them. */
export type Params = Readonly<Record<string, unknown>>

/** None declared. */
export type NoNames = Readonly<Record<never, never>>

/** What the parts of a machine are called and do, ahead of its states, so that the compiler knows the names in them. */
export interface Setup<
  T extends TypesHint,
  G extends Params,
  A extends Params,
  F extends Params,
  D extends string,
  S extends string,
> {
  readonly types?: T
  readonly guards?: { readonly [K in keyof G]: (args: ArgsOf<T>, params: G[K]) => boolean }
  readonly actions?: { readonly [K in keyof A]: OneOrMore<BuiltIn<Resolved<T>['context'], Resolved<T>['events'], A[K]>> }
  /** Work outside: each maps to a pure function that makes the payload of a `perform` effect. */
  readonly effects?: { readonly [K in keyof F]: (args: ArgsOf<T>, params: F[K]) => unknown }
  /** Milliseconds by name. */
  readonly delays?: { readonly [K in D]: Computed<number, Resolved<T>['context'], Resolved<T>['events'], undefined> }
  readonly actors?: { readonly [K in S]: ActorSource }
}

/** A machine: a state, with what only the whole has. */
export interface Definition<T extends MachineTypes, N extends Names>
  extends Omit<StateConfig<T, N>, 'output' | 'target' | 'history'> {
  /** By which stored snapshots know it, and `#id` targets the whole. */
  readonly id: string
  /** Told apart when snapshots are restored; `'1'` unless said. */
  readonly version?: string
  /** What the machine begins with; a function is given the input. */
  readonly context?: T['context'] | ((args: { readonly input: T['input'] }) => T['context'])
  /** What the machine hands over when it is done. */
  readonly output?: (args: Args<T['context'], DoneEvent>) => T['output']
}

/** What functions of a definition with these types are given. */
export type ArgsOf<T extends TypesHint> = Args<Resolved<T>['context'], Resolved<T>['events']>

/** The names of a setup. */
export interface DeclaredNames<G, A, F, D extends string, S extends string> extends Names {
  readonly guards: { readonly [K in keyof G]: G[K] }
  readonly actions: { readonly [K in keyof A]: A[K] }
  readonly effects: { readonly [K in keyof F]: F[K] }
  readonly delays: D
  readonly actors: S
}
