import type { Part } from './part.ts'
import type { TurnRecord } from './record.ts'
import { partsOf } from './turn.ts'

/** A tool call, with all that has been said of it so far. */
interface Call {
  readonly parts: Part[]
  /** Its result is there, or comes from the provider. */
  isAnswered: boolean
  /** Somebody has decided whether it may be made. */
  isDecided: boolean
}

/**
 * Parts of turns that no model is to be given, because their counterparts are not among the turns: results without their calls, calls without
 * their results, and what was asked and decided about those. A call that was decided on last stays: it is about to be made.
 */
export function unpaired(turns: readonly TurnRecord[]): ReadonlySet<Part> {
  const pairing = new Pairing()
  for (const { role, content } of turns) {
    // Providers want the results of what a model has called before anybody goes on.
    if (role === 'user') pairing.endCalls((call) => call.isAnswered)
    for (const part of partsOf(content)) pairing.take(part)
  }
  pairing.endCalls((call) => call.isAnswered || call.isDecided)
  return pairing.dropped
}

class Pairing {
  readonly dropped = new Set<Part>()
  readonly #calls = new Map<string, Call>()
  readonly #approvals = new Map<string, string>()

  take(part: Part): void {
    if (part.type === 'tool-call') {
      this.#drop(part.toolCallId)
      this.#calls.set(part.toolCallId, { parts: [part], isAnswered: part.providerExecuted === true, isDecided: false })
    } else if (part.type === 'tool-result') {
      this.#add(part, part.toolCallId, { isAnswered: true })
    } else if (part.type === 'tool-approval-request') {
      this.#approvals.set(part.approvalId, part.toolCallId)
      this.#add(part, part.toolCallId, {})
    } else if (part.type === 'tool-approval-response') {
      this.#add(part, this.#approvals.get(part.approvalId), { isDecided: true })
    }
  }

  /** Drops the calls that may not stay. */
  endCalls(stays: (call: Call) => boolean): void {
    for (const [id, call] of this.#calls) if (!stays(call)) this.#drop(id)
  }

  #add(part: Part, id: string | undefined, more: Partial<Call>): void {
    const call = id === undefined ? undefined : this.#calls.get(id)
    if (call === undefined) this.dropped.add(part)
    else {
      call.parts.push(part)
      Object.assign(call, more)
    }
  }

  /** A call that has been answered stays, also when its id is used again. */
  #drop(id: string): void {
    const call = this.#calls.get(id)
    this.#calls.delete(id)
    if (call !== undefined && !call.isAnswered) for (const part of call.parts) this.dropped.add(part)
  }
}
