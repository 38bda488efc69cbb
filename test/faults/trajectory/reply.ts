import { isStepCount, ToolLoopAgent, toUIMessageStream } from 'ai'
import { durable } from '../../../src/adapters/ai-sdk/index.ts'
import { defineTask, type RunContext } from '../../../src/index.ts'
import type { Recording } from './recording.ts'
import { recordedModel, recordedTools } from './script.ts'

/** Which of the customer's messages to answer. */
export interface Question {
  readonly recording: number
  readonly exchange: number
}

/** An agent that answers as was recorded: hears, asks the model, lets it use its tools, streams, and keeps what was said. */
export function replyAsRecorded(recordings: readonly Recording[]) {
  return defineTask('reply', async (ctx: RunContext, { recording, exchange }: Question) => {
    const { system = [], exchanges = [] } = recordings[recording] ?? {}
    const { question, answers = [] } = exchanges[exchange] ?? {}
    await ctx.commit('heard', (tx) => {
      tx.conversation().add([...(exchange === 0 ? system : []), ...(question === undefined ? [] : [question])])
    })
    const calls = answers.filter(({ role }) => role === 'assistant').length
    if (calls === 0) return
    const { messages } = await ctx.step('context', () => ctx.session.conversation().context({ tokens: 1_000_000 }))
    const tools = recordedTools(answers, (code) => ctx.step('do', code))
    const model = recordedModel(answers)
    // Some conversations end with a tool: the customer is handed over to a person.
    const agent = new ToolLoopAgent({
      ...durable(ctx, { model, tools }),
      allowSystemInMessages: true,
      stopWhen: isStepCount(calls),
    })
    const result = await agent.stream({ messages, abortSignal: ctx.signal })
    await ctx.stream(toUIMessageStream({ stream: result.stream, generateMessageId: () => ctx.run }))
    const said = await result.responseMessages
    await ctx.commit('said', (tx) => {
      tx.conversation().add(said)
    })
  })
}
