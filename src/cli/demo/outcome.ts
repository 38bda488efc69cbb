import type { RunInspection } from '../../index.ts'
import type { PaymentRequest } from './payment-service.ts'

/** What the demo has come to. */
export interface Outcome {
  readonly run: string
  readonly session: string
  /** What the payment service was asked for, and what it has paid. */
  readonly requests: number
  readonly payments: number
  /** Steps that were recorded when the process was killed; null when it was not, because nothing was to be paid. */
  readonly recorded: number | null
  /** How many of those were done again. */
  readonly doneAgain: number
}

/** Where a run stood when its process was killed. */
export interface Killed {
  readonly run: RunInspection
  /** Idempotency keys of the steps that the next process began. */
  readonly begunAfter: readonly string[]
}

export function outcomeOf(
  { id, session }: RunInspection,
  requests: readonly PaymentRequest[],
  killed: Killed | undefined,
): Outcome {
  const recorded = killed?.run.steps.filter(({ status }) => status === 'done').map(({ name }) => `${id}/${name}`)
  return {
    run: id,
    session,
    requests: requests.length,
    payments: requests.filter(({ isNew }) => isNew).length,
    recorded: recorded?.length ?? null,
    doneAgain: recorded?.filter((key) => killed?.begunAfter.includes(key)).length ?? 0,
  }
}

/** One payment, although the process was killed at it, and nothing twice. */
export function isAsPromised({ payments, recorded, doneAgain }: Outcome): boolean {
  return payments === 1 && recorded !== null && doneAgain === 0
}
