import type { Model } from './history.ts'

/** A place for one value. */
export type RegisterInput = { readonly do: 'read' } | { readonly do: 'write'; readonly value: number }

export const register: Model<number | null, RegisterInput, number | null> = {
  initial: null,
  apply: (state, input) => (input.do === 'read' ? { state, output: state } : { state: input.value, output: null }),
  key: String,
}

/** A register that also changes only if it holds what was expected; the answer says whether it did. */
export type SwapInput = RegisterInput | { readonly do: 'swap'; readonly from: number | null; readonly to: number }

export const compareAndSet: Model<number | null, SwapInput, number | null | boolean> = {
  initial: null,
  apply(state, input) {
    if (input.do !== 'swap') return register.apply(state, input)
    return state === input.from ? { state: input.to, output: true } : { state, output: false }
  },
  key: String,
}

/** A sum; adding answers with the new one. Adding nothing reads. */
export const counter: Model<number, { readonly add: number }, number> = {
  initial: 0,
  apply: (state, { add }) => ({ state: state + add, output: state + add }),
  key: String,
}

/** First in, first out; an empty queue gives null. */
export type QueueInput = { readonly do: 'enqueue'; readonly value: number } | { readonly do: 'dequeue' }

export const queue: Model<readonly number[], QueueInput, number | null> = {
  initial: [],
  apply(state, input) {
    if (input.do === 'enqueue') return { state: [...state, input.value], output: null }
    const [first = null, ...rest] = state
    return { state: rest, output: first }
  },
  key: (state) => state.join(),
}

/**
 * A lease that lapses by itself, with a fencing token that grows with each grant (M. Kleppmann, "How to do distributed locking",
 * 2016). `now` is what the clock showed whoever decided. Acquiring answers with the token, or null while somebody else holds it;
 * who holds it already gets more time under the same token. Releasing and renewing answer whether the token was still good.
 */
export type LeaseInput =
  | { readonly do: 'acquire'; readonly owner: string; readonly now: number; readonly ttl: number }
  | { readonly do: 'renew'; readonly token: number; readonly now: number; readonly ttl: number }
  | { readonly do: 'release'; readonly token: number; readonly now: number }

export interface LeaseState {
  readonly owner: string | null
  readonly token: number
  readonly until: number
}

export const lease: Model<LeaseState, LeaseInput, number | boolean | null> = {
  initial: { owner: null, token: 0, until: 0 },
  apply(state, input) {
    const isHeld = state.owner !== null && state.until > input.now
    if (input.do === 'acquire') {
      if (isHeld && state.owner !== input.owner) return { state, output: null }
      const token = isHeld ? state.token : state.token + 1
      return { state: { owner: input.owner, token, until: input.now + input.ttl }, output: token }
    }
    if (!isHeld || state.token !== input.token) return { state, output: false }
    if (input.do === 'release') return { state: { ...state, owner: null }, output: true }
    return { state: { ...state, until: input.now + input.ttl }, output: true }
  },
  key: ({ owner, token, until }) => `${owner} ${token} ${until}`,
}

/** A register that counts what is written to it, as `ETag` and `If-Match` show it; before it is made there is nothing. */
export type VersionedInput =
  | { readonly do: 'read' }
  | { readonly do: 'create'; readonly value: number }
  | { readonly do: 'write'; readonly value: number }
  | { readonly do: 'swap'; readonly from: number; readonly value: number }

export interface VersionedState {
  readonly value: number
  readonly revision: number
}

/** Null: there is nothing. `current`: refused, it is at that revision. `made`: it was not there before. */
export type VersionedOutput =
  | VersionedState
  | { readonly made: true }
  | { readonly revision: number }
  | { readonly current: number }
  | null

/** Values must differ: writing what is there already would make no revision. */
export const versioned: Model<VersionedState | null, VersionedInput, VersionedOutput> = {
  initial: null,
  apply(state, input) {
    if (input.do === 'read') return { state, output: state }
    if (input.do === 'create') {
      if (state !== null) return { state, output: { current: state.revision } }
      return { state: { value: input.value, revision: 1 }, output: { made: true } }
    }
    if (state === null) return { state, output: null }
    if (input.do === 'swap' && input.from !== state.revision) return { state, output: { current: state.revision } }
    const revision = state.revision + 1
    return { state: { value: input.value, revision }, output: { revision } }
  },
  key: (state) => (state === null ? '' : `${state.value} ${state.revision}`),
}

/** A counter that is a statechart: it is started once, and each event adds. */
export type TallyInput = { readonly do: 'read' } | { readonly do: 'start' } | { readonly do: 'add'; readonly by: number }

export interface TallyState {
  readonly n: number
  readonly revision: number
}

/** Null: there is none. `current`: there was one already. */
export type TallyOutput = TallyState | { readonly current: number } | null

export const tally: Model<TallyState | null, TallyInput, TallyOutput> = {
  initial: null,
  apply(state, input) {
    if (input.do === 'start') {
      if (state !== null) return { state, output: { current: state.revision } }
      const started = { n: 0, revision: 1 }
      return { state: started, output: started }
    }
    if (state === null || input.do === 'read') return { state, output: state }
    const next = { n: state.n + input.by, revision: state.revision + 1 }
    return { state: next, output: next }
  },
  key: (state) => (state === null ? '' : `${state.n} ${state.revision}`),
}
