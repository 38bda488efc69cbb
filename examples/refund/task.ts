import { z } from 'zod'
import { defineSession, defineTask } from '../../src/index.ts'
import type { Message, Model } from './model.ts'
import type { Payments } from './payments.ts'

/** A customer's case, and what the agent has said in it. */
export const Case = defineSession('case', {
  schema: z.object({
    asked: z.number().default(0),
    refunded: z.number().default(0),
    messages: z.array(z.custom<Message>()).default([]),
  }),
})

/** Above this a person has to allow it. */
const LIMIT = 200

/** What the agent works with; everything outside. */
export interface World {
  readonly model: Model
  readonly payments: Payments
  /** What an order is worth. */
  lookUp(order: string): Promise<{ readonly amount: number }>
}

/**
 * An agent that refunds orders: it asks a model what to do, does it, and tells the model, until the model has nothing to do any more. Kill the process
 * anywhere: what is recorded is not asked for or paid again.
 */
export function refundAgent({ model, payments, lookUp }: World) {
  return defineTask('refund', { session: Case, input: z.object({ text: z.string().min(1) }) }, async (ctx, { text }) => {
    const messages: Message[] = [{ role: 'user', text }]
    await ctx.commit('heard', ({ session }) => {
      session.state.asked++
      session.state.messages.push({ role: 'user', text })
    })
    for (;;) {
      const reply = await ctx.step('model', () => model(messages))
      messages.push(reply)
      if (reply.call === undefined) break
      messages.push({ role: 'tool', text: JSON.stringify(await use(reply.call)) })
    }
    const said = messages.at(-1)?.text ?? ''
    await ctx.commit('said', ({ session }) => void session.state.messages.push({ role: 'assistant', text: said }))
    return said

    async function use({ tool, order }: NonNullable<Message['call']>): Promise<unknown> {
      if (tool === 'look_up') return ctx.step('look up', () => lookUp(order))
      let { amount } = await ctx.step('look up', () => lookUp(order))
      if (amount > LIMIT) {
        const { approved, reason, data } = await ctx.approval({
          title: `Refund ${amount} for ${order}`,
          data: { order, amount },
          expires: '2d',
        })
        if (!approved) return { refunded: 0, reason: reason ?? 'not approved' }
        // Who approves may have changed what was asked.
        const allowed = z.object({ amount: z.number().positive().max(amount) }).safeParse(data)
        if (!allowed.success) return { refunded: 0, reason: 'what was approved is no amount up to what was paid' }
        amount = allowed.data.amount
      }
      const receipt = await ctx.step('pay', ({ key, signal }) => payments.refund(order, amount, { key, signal }), {
        timeout: '30s',
      })
      await ctx.commit('paid', ({ session }) => {
        session.state.refunded += amount
      })
      return { refunded: amount, receipt }
    }
  })
}
