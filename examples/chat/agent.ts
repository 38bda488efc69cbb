import { type LanguageModel, ToolLoopAgent, tool, toUIMessageStream, type UIMessage } from 'ai'
import { defineSession, defineTask } from 'holdfast'
import { durable, toTurns } from 'holdfast/ai-sdk'
import { z } from 'zod'
import type { Payments } from '../refund/payments.ts'

export const Support = defineSession('support', { schema: z.object({ asked: z.number().default(0) }) })

/** Above this a person has to allow it. */
const LIMIT = 200

/**
 * An ordinary agent of the AI SDK, made durable. Kill its process anywhere: what the model has said and the tools have done is recorded and does not happen
 * again, the payment happens once, the approval may take days without holding a worker, and the browser comes back to a stream that goes on.
 */
export function replyTask({ model, payments }: { readonly model: LanguageModel; readonly payments: Payments }) {
  return defineTask('reply', { session: Support }, async (ctx, { message }: { readonly message: UIMessage }) => {
    const heard = await toTurns(message)
    // Two domains, one commit.
    await ctx.commit('heard', (tx) => {
      tx.conversation().add(heard)
      tx.session.state.asked++
    })
    const { messages } = await ctx.step('context', () => ctx.session.conversation().context({ tokens: 8000 }))
    const refund = tool({
      description: 'Refund an order',
      inputSchema: z.object({ order: z.string(), amount: z.number() }),
      async execute({ order, amount }) {
        if (amount > LIMIT) {
          const { approved, reason } = await ctx.approval({
            title: `Refund ${amount} for ${order}`,
            data: { order },
            expires: '2d',
          })
          if (!approved) return { denied: reason ?? 'not approved' }
        }
        return ctx.step('pay', ({ key, signal }) => payments.refund(order, amount, { key, signal }))
      },
    })
    const agent = new ToolLoopAgent(durable(ctx, { model, tools: { refund } }))
    const result = await agent.stream({ messages, abortSignal: ctx.signal })
    await ctx.stream(toUIMessageStream({ stream: result.stream, generateMessageId: () => ctx.run }))
    const said = await result.responseMessages
    await ctx.commit('said', (tx) => {
      tx.conversation().add(said)
    })
  })
}
