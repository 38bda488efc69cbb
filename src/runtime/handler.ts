import type { EntityRef } from '../store/index.ts'
import type { Described } from './described.ts'
import type { EntityTx } from './entity-tx.ts'
import type { RetryPolicy } from './retry.ts'
import type { Tx } from './transaction.ts'

/** What a handler is told besides its payload. */
export interface EffectContext {
  /** The same for every attempt: hand it to the outside as idempotency key. */
  readonly key: string
  /** From 1. */
  readonly attempt: number
  /** Grows with every claim: lets the outside refuse an older attempt that comes late. */
  readonly epoch: number
  /** Why the attempt before was given up; absent for the first, and where its process has died. */
  readonly last?: Described
  /** The entity the effect belongs to. */
  readonly entity: EntityRef
  /** Aborted on timeout, cancellation, loss of the claim, and shutdown. */
  readonly signal: AbortSignal
}

/** How an effect ended. */
export type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown }

/** Does something outside. It may run more than once for the same key; its result is recorded once. */
export interface EffectHandler {
  run(payload: unknown, context: EffectContext): unknown
  /** A pure decision made in the same commit that records the end: of success, or of the last failure. */
  done?(tx: Tx, entity: EntityTx, effect: Outcome & { readonly id: string; readonly payload: unknown }): void
  /** False where `done` keeps what is worth it: then what `run` returns is for `done` alone. Default true. */
  readonly keepsResult?: boolean
  readonly retry?: RetryPolicy
  /** Milliseconds one attempt may take. Default 60,000. */
  readonly timeout?: number
}

/** Handlers by the name an effect is put under. */
export type EffectHandlers = Readonly<Record<string, EffectHandler>>

/** Pure decisions made when a timer is due, by the kind of its entity. */
export type TimerHandlers = Readonly<
  Record<
    string,
    (tx: Tx, entity: EntityTx, timer: { readonly name: string; readonly data: unknown; readonly due: number }) => void
  >
>
