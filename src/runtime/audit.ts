import type { Clock, Logger } from '../core/index.ts'
import type { Decision } from './decision.ts'
import type { Asked, AuditEntry, AuditSink, Gate, GateRequest } from './gate.ts'

/** Tells the audit sink of every write and every refusal, once each. */
export class Auditor {
  readonly #sink: AuditSink
  readonly #clock: Clock
  readonly #logger: Logger

  constructor(ports: { readonly audit: AuditSink; readonly clock: Clock; readonly logger: Logger }) {
    this.#sink = ports.audit
    this.#clock = ports.clock
    this.#logger = ports.logger
  }

  /** A gate whose refusals are told at once: for all that is asked outside of decisions. */
  guard(gate: Gate): Gate {
    return {
      check: (request) => {
        try {
          gate.check(request)
        } catch (error) {
          this.#record(request, 'refused')
          throw error
        }
      },
    }
  }

  /** A gate that takes down what a decision asks. It may be made several times: only its last run is told, at its end. */
  witness(gate: Gate, asked: Asked[]): Gate {
    return {
      check(request) {
        try {
          gate.check(request)
        } catch (error) {
          asked.push({ request, refused: true })
          throw error
        }
        if (request.action === 'operate') asked.push({ request, refused: false })
      },
    }
  }

  /** The end of a decision: what it was refused, and what it wrote, or would have. */
  conclude({ asked, outcome, principal }: Decision, written: 'done' | 'failed'): void {
    const isWrite = outcome?.do === 'commit'
    for (const { request, refused } of asked) {
      if (refused) this.#record(request, 'refused')
      else if (isWrite) this.#record(request, written)
    }
    if (!isWrite) return
    for (const { state, action } of outcome.parts) {
      const { kind, id } = state.ref
      this.#record({ principal, action, kind, id }, written)
    }
  }

  #record(request: GateRequest, outcome: AuditEntry['outcome']): void {
    try {
      this.#sink.record({ ...request, outcome, at: this.#clock.now() })
    } catch (error) {
      this.#logger.error('the audit sink failed', { error: String(error) })
    }
  }
}
