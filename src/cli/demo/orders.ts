import { type Holdfast, HoldfastError } from '../../index.ts'
import { runId } from '../../task/index.ts'

const FIRST_ORDER = 1042
/** The key of the run that answers a customer's first message. */
export const FIRST_MESSAGE = 'message-1'

/** The session of the case about an order. */
export function caseOf(order: number): string {
  return `demo/order-${order}`
}

/** The first order that no demo has told of in this store. */
export async function freeOrder(hf: Holdfast): Promise<number> {
  for (let order = FIRST_ORDER; ; order++) {
    const run = hf.run(runId(caseOf(order), 'refund', FIRST_MESSAGE))
    const isFree = await run.inspect().then(
      () => false,
      (error: unknown) => {
        if (HoldfastError.is(error, 'not_found')) return true
        throw error
      },
    )
    if (isFree) return order
  }
}
