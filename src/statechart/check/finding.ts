/** What `check` looks for. */
export type FindingKind =
  /** The definition is none: unknown names, illegal targets, missing beginnings. */
  | 'illegal-definition'
  /** No sequence of events enters the state. */
  | 'unreachable-state'
  /** The source is reached, but another transition always comes first, or the guard can never hold. */
  | 'dead-transition'
  /** The guards before it hold whenever its own does. */
  | 'guard-overlap'
  /** Two regions react to one event with transitions that exclude each other. */
  | 'region-conflict'
  /** The machine rests there, is not done, and no event leads on. */
  | 'dead-end'
  /** The machine goes round there and cannot be done any more. */
  | 'cannot-finish'
  /** Transitions without an event, or raised events, that go round without end. */
  | 'endless-step'
  /** Raised, sent or announced, and no transition takes it. */
  | 'event-never-handled'
  /** A transition waits for it, and nobody raises or sends it. */
  | 'event-never-raised'
  /** A transition waits for a state or a child to be done, which cannot be. */
  | 'done-never-fires'
  /** A child whose failure no transition takes. */
  | 'invoke-without-error'
  /** A state that only the answer of its child leaves. */
  | 'invoke-without-timeout'
  /** Declared under a name that the machine does not use. */
  | 'unused-implementation'
  /** A function written in place: it cannot be shown, exported or replaced by name. */
  | 'unnamed-implementation'
  /** A context that its schema refuses. */
  | 'context-mismatch'
  /** A snapshot of the version before that has no place in this one. */
  | 'snapshot-unfit'
  /** There are more moments than were looked at. */
  | 'bound-reached'

/** `error`: it will go wrong. `warning`: it is hardly meant. `info`: nothing is wrong, but worth knowing. */
export type Severity = 'error' | 'warning' | 'info'

/** One thing that `check` found. */
export interface Finding {
  readonly kind: FindingKind
  readonly severity: Severity
  /** `certain`: whatever guards say. `possible`: it depends on what guards say, which is not known ahead. */
  readonly certainty: 'certain' | 'possible'
  /** Where: the part of the definition. */
  readonly path: string
  /** What is the matter, and what to do. */
  readonly message: string
  /** The types of events that lead there, as few as possible; guards on the way have to hold. Empty: it is so from the start, or nothing leads there. */
  readonly trace: readonly string[]
}
