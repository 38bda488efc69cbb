import type { EntityRef } from '../store/index.ts'
import type { Principal } from './principal.ts'

/** What a principal may ask to do. */
export type Action = 'read' | 'write' | 'create' | 'delete' | 'list' | 'watch' | 'fork' | 'operate'

/** Who wants to do what to what. */
export interface GateRequest {
  readonly principal: Principal
  readonly action: Action
  /** The kind of thing, and its id where the request names one. */
  readonly kind: string
  readonly id?: string | undefined
  /** The place inside the entity, where the request names one. */
  readonly path?: string | undefined
}

/**
 * Decides whether a request may go on. It is asked before every read, list, feed and write, also for each entity that a
 * decision touches, and answers at once: a decision cannot wait.
 * @throws forbidden to refuse.
 */
export interface Gate {
  check(request: GateRequest): void
}

/** The local owner may do everything. */
export const openGate: Gate = { check() {} }

/** A request that a decision has made of the gate, as far as an audit trail wants to know of it. */
export interface Asked {
  readonly request: GateRequest
  readonly refused: boolean
}

/** What an audit trail is told: every write and every refusal. */
export interface AuditEntry {
  readonly principal: Principal
  readonly action: Action
  readonly kind: string
  readonly id?: string | undefined
  readonly path?: string | undefined
  readonly outcome: 'done' | 'refused' | 'failed'
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Receives audit entries. It must not throw: an audit trail that fails loudly belongs behind its own alarm. */
export interface AuditSink {
  record(entry: AuditEntry): void
}

/** The request to do something to an entity. */
export function entityRequest(principal: Principal, action: Action, ref: EntityRef, path?: string): GateRequest {
  return { principal, action, kind: ref.kind, id: ref.id, ...(path !== undefined && { path }) }
}
