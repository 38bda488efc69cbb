import { jsonSchema, type LanguageModel, ToolLoopAgent, tool, toUIMessageStream } from 'ai'
import { durable } from '../../adapters/ai-sdk/index.ts'
import type { Agent } from './agent.ts'

const INSTRUCTIONS =
  'You look after the orders of a shop. A customer writes to you. Look the order up with lookUp, then give the money back with refund, and say briefly what came of it. Call one tool at a time, and say in a sentence what you are about to do before you call it.'

const about = jsonSchema<{ order: string }>({
  type: 'object',
  properties: { order: { type: 'string', description: 'The number of the order, such as 1042' } },
  required: ['order'],
  additionalProperties: false,
})

/** An agent with a model of the AI SDK, made durable: each call of the model and of a tool is recorded once. */
export function modelAgent(model: LanguageModel): Agent {
  return async function* (work, { lookUp, refund }, text) {
    const tools = {
      lookUp: tool({ description: 'Tells what an order was for', inputSchema: about, execute: ({ order }) => lookUp(order) }),
      refund: tool({ description: 'Pays an order back', inputSchema: about, execute: ({ order }) => refund(order) }),
    }
    const agent = new ToolLoopAgent(durable(work, { model, tools, instructions: INSTRUCTIONS }))
    const answer = await agent.stream({ prompt: text, abortSignal: work.signal })
    yield* toUIMessageStream({
      stream: answer.stream,
      onError: (error) => (error instanceof Error ? error.message : String(error)),
    })
    // Asked for only now: the attempt may end while the stream waits, and then nobody would hear that this promise is rejected.
    return await answer.responseMessages
  }
}
