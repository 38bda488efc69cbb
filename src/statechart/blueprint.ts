import type { Issue, Json } from '../core/index.ts'
import type { Effect, ScheduleEffect, StartEffect } from './effect.ts'
import type { EventObject } from './event.ts'
import type { ActionNote, GuardNote, InvokeNote } from './note.ts'

/** What executable content sees and may do while a machine steps. */
export interface Scope {
  /** Replaced as a whole, never changed in place. */
  context: unknown
  /** The event being processed; during eventless transitions the one that led there. */
  readonly event: EventObject
  /** Milliseconds since the Unix epoch, as given to the step. */
  readonly now: number
  /** True while the state of that id is active. */
  isIn(id: string): boolean
  /** Puts an event into the internal queue: processed in this step, before any external one. */
  raise(event: EventObject): void
  /** Asks the runtime for work. */
  ask(effect: Effect): void
}

/** One action. What it throws ends its block and raises `error.execution`. */
export interface Action {
  (scope: Scope): void
  /** Absent: it may do anything. */
  readonly note?: ActionNote
}

/** Decides whether a transition is enabled. What it throws counts as false and raises `error.execution`. */
export interface Test {
  (scope: Scope): boolean
  /** Absent: nothing is known of it. */
  readonly note?: GuardNote
}

/** Actions run in order; an error in one skips the rest of its block only (SCXML 1.0, 4.10). */
export type Block = readonly Action[]

/** Thrown by content that ends its block with an event other than a plain `error.execution`. */
export class Interruption {
  readonly event: EventObject

  constructor(event: EventObject) {
    this.event = event
  }
}

/** What a state is. The last two are pseudo states: they are entered through, never stayed in. */
export type StateKind = 'atomic' | 'compound' | 'parallel' | 'final' | 'shallow' | 'deep'

/** Which events a transition is for. */
export interface Descriptor {
  /** An event's type, or with `prefix` its first dot-separated tokens; the empty name with `prefix` is every event. */
  readonly name: string
  readonly prefix: boolean
}

/** A transition as a front end (a definition, an imported document) describes it. */
export interface TransitionBlueprint {
  /** None: an eventless transition. */
  readonly on: readonly Descriptor[]
  readonly test?: Test
  /** Ids of states; none: actions only, nothing is left or entered. */
  readonly targets: readonly string[]
  /** The source is not left although targets lie in it. Only where all targets are the source or lie below it. */
  readonly internal: boolean
  readonly blocks: readonly Block[]
  /** Where it stands in the definition. */
  readonly path?: string
  readonly facts?: TransitionFacts
}

/** What a transition says about itself, in its own words; the engine carries it and never looks inside. */
export interface TransitionFacts {
  /** The condition: a name, names combined, an expression. */
  readonly guard?: string
  readonly actions?: readonly string[]
  /** Of a transition on a timer: milliseconds in digits, or the name of the delay. */
  readonly delay?: string
  readonly description?: string
}

/** A child that lives while a state is active. */
export interface InvokeBlueprint {
  /** What to start; evaluated when the macrostep that entered the state ends. */
  readonly start: (scope: Scope) => Omit<StartEffect, 'type'>
  /** Where both are known before it starts: its id and its source. Adopting a snapshot of another version needs them. */
  readonly declared?: Pick<StartEffect, 'id' | 'src'>
  /** Events from outside are handed to the child too. */
  readonly forwards: boolean
  /** Run for each event of the child before transitions are selected. */
  readonly finalize: Block
  /** Absent: nothing is known of it before it starts. */
  readonly note?: InvokeNote
  readonly facts?: InvokeFacts
}

/** What an invocation says about itself. */
export interface InvokeFacts {
  readonly id?: string
  /** What is started: a name, or where it is found. */
  readonly src: string
}

/** A timer that runs while a state is active: set on entry, cancelled on exit, by the blocks of the state. */
export interface TimerBlueprint {
  readonly id: string
  readonly schedule: (scope: Scope) => Omit<ScheduleEffect, 'type'>
}

/** A state as a front end describes it. Document order is the order of a walk: a state, then its children. */
export interface StateBlueprint {
  /** Unique in the machine, and what snapshots are stored with. */
  readonly id: string
  readonly kind: StateKind
  readonly children: readonly StateBlueprint[]
  /** Of a compound state: where it begins. Of a history: where it leads when nothing was recorded. */
  readonly initial?: Pick<TransitionBlueprint, 'targets' | 'blocks' | 'facts'>
  /** In the order they are tried. */
  readonly transitions: readonly TransitionBlueprint[]
  readonly entry: readonly Block[]
  readonly exit: readonly Block[]
  readonly invokes: readonly InvokeBlueprint[]
  /** Those its blocks set and cancel; adopting a snapshot of another version needs to know them. */
  readonly timers?: readonly TimerBlueprint[]
  /** Of a final state: what its `done` event carries. */
  readonly output?: (scope: Scope) => unknown
  readonly facts: StateFacts
}

/** What a state says about itself; the engine carries it and never looks inside. */
export interface StateFacts {
  readonly tags?: readonly string[]
  readonly meta?: unknown
  readonly description?: string
  /** What an agent is told while the state is active. */
  readonly instructions?: string
  /** The tools an agent may call while the state is active. */
  readonly tools?: readonly string[]
  /** Its entry and exit actions in their own words. */
  readonly entry?: readonly string[]
  readonly exit?: readonly string[]
}

/** A whole machine as a front end describes it. */
export interface Blueprint {
  readonly id: string
  readonly version: string
  readonly root: StateBlueprint
  /** The context to begin with. */
  readonly context: (input: unknown) => unknown
  /** What the machine hands over when it is done; without it, what the final state does. */
  readonly output?: (scope: Scope) => unknown
  /** What is wrong with an event from outside, which is refused unless that is nothing. Called once, as a step begins. */
  readonly examine?: (event: EventObject) => readonly Issue[]
  /** True: an `error.execution` that no transition takes makes the step throw, so that nothing of it is kept. */
  readonly strict: boolean
  /** What it was made of, where that was a definition. */
  readonly definition?: Readonly<Record<string, unknown>>
  /** Paths of the context that are not to leave: a runtime's business. */
  readonly secret?: readonly string[]
  /** The JSON it was made of, where it was made of that. */
  readonly json?: Json
}
