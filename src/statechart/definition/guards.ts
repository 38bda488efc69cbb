import type { StateValue } from '../look.ts'

/** Holds when all of `guards` hold. */
export interface AndGuard<Ref = unknown> {
  readonly type: '.and'
  readonly guards: readonly Ref[]
}

/** Holds when one of `guards` holds. */
export interface OrGuard<Ref = unknown> {
  readonly type: '.or'
  readonly guards: readonly Ref[]
}

/** Holds when `guard` does not. */
export interface NotGuard<Ref = unknown> {
  readonly type: '.not'
  readonly guard: Ref
}

/** Holds while states are active. */
export interface StateInGuard {
  readonly type: '.stateIn'
  readonly value: StateValue
}

/** A guard made of guards. */
export type Combination<Ref = unknown> = AndGuard<Ref> | OrGuard<Ref> | NotGuard<Ref> | StateInGuard

/** All of them, tried in order until one fails. */
export function and<const Ref>(guards: readonly Ref[]): AndGuard<Ref> {
  return { type: '.and', guards }
}

/** One of them, tried in order until one holds. */
export function or<const Ref>(guards: readonly Ref[]): OrGuard<Ref> {
  return { type: '.or', guards }
}

/** The contrary. */
export function not<const Ref>(guard: Ref): NotGuard<Ref> {
  return { type: '.not', guard }
}

/** While the states are active: `'#id'`, keys joined by dots, or an object of keys. */
export function stateIn(value: StateValue): StateInGuard {
  return { type: '.stateIn', value }
}
