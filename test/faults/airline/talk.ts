import type { ModelMessage } from 'ai'
import type { Recording } from '../../../examples/airline/agent/recording.ts'

/** A run that answers a customer, and what is recorded of its answer. */
export interface Talk {
  /** Its id. */
  readonly run: string
  readonly said: readonly ModelMessage[]
}

/** The runs that a recording makes, one for each message of the customer. */
export function talksOf({ session, messages, questions }: Recording): Talk[] {
  const places = messages.flatMap(({ role }, at) => (role === 'user' ? [at] : []))
  return questions.map(({ key }, i) => ({
    run: `${session}/reply.${key}`,
    said: messages.slice((places[i] ?? 0) + 1, places[i + 1]),
  }))
}
