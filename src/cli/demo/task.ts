import { defineTask, type NewTurn, type RunContext } from '../../index.ts'
import type { Agent } from './agent.ts'
import { type Case, CaseSession, type Complaint } from './case.ts'
import type { Payments } from './payments.ts'
import { toolsFor } from './tools.ts'
import { watched } from './work.ts'

/** What the agent's task works with; everything outside. */
export interface Surroundings {
  readonly agent: Agent
  readonly payments: Payments
  /** Is told the idempotency key of each step whose code begins to run. */
  readonly began?: (key: string) => void
}

/** An agent refunds an order. Kill its process anywhere: what is recorded is not asked, said or paid again by the next one. */
export function refundTask({ agent, payments, began = () => {} }: Surroundings) {
  return defineTask(
    'refund',
    { session: CaseSession, retry: { attempts: 3 } },
    async (ctx: RunContext<Case>, { order, text }: Complaint) => {
      await ctx.commit('hear', ({ session, conversation }) => {
        session.state.order = order
        conversation().add({ role: 'user', content: text })
      })
      const work = watched(ctx, began)
      const tools = toolsFor(work, { order, item: 'coffee grinder', amount: 289 }, payments)
      let said: readonly NewTurn[] = []
      async function* speech() {
        said = yield* agent(work, tools, text)
      }
      await ctx.stream(speech())
      await ctx.commit('say', ({ conversation }) => void conversation().add(said))
    },
  )
}
