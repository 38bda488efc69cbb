import { isStepCount, ToolLoopAgent, toUIMessageStream } from 'ai'
import { defineTask, HoldfastError, type RunContext } from 'holdfast'
import { durable } from 'holdfast/ai-sdk'
import { recordedModel } from './model.ts'
import type { Question, Recording } from './recording.ts'
import { type Desk, recordedTools } from './tools.ts'

/** What the agent works with. */
export interface World {
  /** By the id of their session. */
  readonly recordings: ReadonlyMap<string, Recording>
  readonly desk: Desk
  /** Milliseconds between two pieces of what the model says. */
  readonly pauseMs: number
}

/** Recorded conversations are short: all that was said is in the context. */
const EVERYTHING = 1_000_000

/**
 * The agent of an airline, a run for each message of a customer, as a chat server would start them. It is an ordinary agent of the AI SDK; only what its
 * model says and its tools answer comes from a recording.
 */
export function airlineAgent({ recordings, desk, pauseMs }: World) {
  return defineTask('reply', async (ctx: RunContext, { key, text, answers }: Question) => {
    const recording = recordings.get(ctx.session.id)
    if (recording === undefined)
      throw new HoldfastError('not_found', `Nothing is recorded of session ${ctx.session.id}`, { entity: ctx.session.id })
    const { policy } = recording
    await ctx.commit('heard', (tx) => {
      if (policy !== undefined) tx.conversation().add({ id: 'policy', role: 'system', content: policy })
      tx.conversation().add({ id: key, role: 'user', content: text })
    })
    // Who has said good-bye is not answered.
    if (answers === 0) return
    const { messages } = await ctx.step('context', () => ctx.session.conversation().context({ tokens: EVERYTHING }))
    const agent = new ToolLoopAgent({
      ...durable(ctx, { model: recordedModel(recording, pauseMs), tools: recordedTools(recording, ctx, desk) }),
      allowSystemInMessages: true,
      // Some recordings end with what a tool has answered: the customer was handed over to a human.
      stopWhen: isStepCount(answers),
    })
    const result = await agent.stream({ messages, abortSignal: ctx.signal })
    await ctx.stream(toUIMessageStream({ stream: result.stream, generateMessageId: () => ctx.run }))
    const said = await result.responseMessages
    await ctx.commit('said', (tx) => {
      tx.conversation().add(said)
    })
  })
}
