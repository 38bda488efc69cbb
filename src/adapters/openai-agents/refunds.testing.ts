import { Agent, Runner, setTracingDisabled, tool } from '@openai/agents-core'
import { functionCall, ScriptedModel, type ScriptedModelInput } from '@openai/agents-core/testing'
import { z } from 'zod'
import type { CallDetails } from './recorded.ts'

setTracingDisabled(true)

/** What a model says that wants orders to be refunded. */
export function asksFor(...orders: readonly string[]): ScriptedModelInput {
  return orders.map((order) => functionCall('refund', { order }, { callId: `call_${order}` }))
}

/** Refunds an order. */
type Pay = (order: string, context: unknown, details: CallDetails | undefined) => unknown

/** An agent that refunds orders when a person approves, and says what the script says. */
export function refunding(pay: Pay, ...script: ScriptedModelInput[]) {
  const model = new ScriptedModel(script)
  const refund = tool({
    name: 'refund',
    description: 'Refund an order',
    parameters: z.object({ order: z.string() }),
    needsApproval: true,
    execute: async ({ order }, context, details) => pay(order, context, details),
  })
  return { agent: new Agent({ name: 'support', model, tools: [refund] }), model }
}

export const runner = new Runner()
