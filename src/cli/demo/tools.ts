import type { Payments } from './payments.ts'
import type { Work } from './work.ts'

/** What an order was for. */
export interface Order {
  readonly order: string
  readonly item: string
  /** Euros. */
  readonly amount: number
}

/** What a tool has come to, as its model is told. */
export type ToolResult =
  | Order
  | { readonly error: string }
  | { readonly refunded: number; readonly receipt: string }
  | { readonly refunded: 0; readonly reason: string }

/** What the agent may do, by the number of an order. */
export interface Tools {
  lookUp(order: string): Promise<ToolResult>
  refund(order: string): Promise<ToolResult>
}

/** Above so many euros a person has to allow a refund. */
const LIMIT = 200

/** Tools for a case about one order. */
export function toolsFor(work: Work, bought: Order, payments: Payments): Tools {
  const isKnown = (order: string): boolean => order === bought.order
  return {
    lookUp: (order) => work.step('look up', () => (isKnown(order) ? bought : { error: `There is no order ${order}` })),
    async refund(order) {
      if (!isKnown(order)) return { refunded: 0, reason: `there is no order ${order}` }
      const allowed = bought.amount > LIMIT ? await ask(work, bought) : { amount: bought.amount }
      if ('reason' in allowed) return { refunded: 0, reason: allowed.reason }
      const { amount } = allowed
      const receipt = await work.step('pay', ({ key, signal }) => payments.refund({ order, amount }, { key, signal }))
      await work.commit('note refund', ({ session: { state } }) => {
        state.refunded = (state.refunded ?? 0) + amount
      })
      return { refunded: amount, receipt }
    },
  }
}

/** What a person allows, who may change what was asked. */
async function ask(work: Work, bought: Order): Promise<{ readonly amount: number } | { readonly reason: string }> {
  const title = `Refund ${bought.amount} euros for order ${bought.order}`
  const { approved, reason = 'it was not allowed', data } = await work.approval({ title, data: { ...bought }, expires: '2d' })
  if (!approved) return { reason }
  const { amount } = Object(data) as { readonly amount?: unknown }
  if (typeof amount === 'number' && amount > 0 && amount <= bought.amount) return { amount }
  return { reason: `what was allowed, ${JSON.stringify(amount)}, is no amount up to ${bought.amount} euros` }
}
