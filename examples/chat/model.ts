import { setTimeout } from 'node:timers/promises'
import type { LanguageModel } from 'ai'

type Model = Extract<LanguageModel, { readonly specificationVersion: 'v4' }>
type Call = Parameters<Model['doStream']>[0]
type Part = Awaited<ReturnType<Model['doStream']>>['stream'] extends ReadableStream<infer Each> ? Each : never

const usage = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
}

/** A model without a key: it refunds the order it is asked to, and says what came of it, a word every `pauseMs`. */
export function scriptedModel({ pauseMs = 40 }: { readonly pauseMs?: number } = {}): Model {
  return {
    specificationVersion: 'v4',
    provider: 'example',
    modelId: 'scripted',
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error('This model only streams')),
    doStream: async ({ prompt, abortSignal }) => ({ stream: ReadableStream.from(answer(prompt, pauseMs, abortSignal)) }),
  }
}

async function* answer(prompt: Call['prompt'], pauseMs: number, signal: AbortSignal | undefined): AsyncGenerator<Part> {
  const question = prompt.findLast(({ role }) => role === 'user')
  const [, amount, order] = /(\d+) for ([A-Z]-\d+)/.exec(JSON.stringify(question?.content)) ?? []
  const last = prompt.at(-1)
  yield { type: 'stream-start', warnings: [] }
  if (order === undefined) yield* words('Tell me how much I should refund for which order, like 300 for A-1042.')
  else if (last?.role === 'tool') yield* words(saidOf(JSON.stringify(last.content), order))
  else {
    yield* words(`Let me see what I can do about ${order}.`)
    const input = JSON.stringify({ order, amount: Number(amount) })
    yield { type: 'tool-call', toolCallId: `refund-${prompt.length}`, toolName: 'refund', input }
  }
  const unified = order === undefined || last?.role === 'tool' ? 'stop' : 'tool-calls'
  yield { type: 'finish', finishReason: { unified, raw: undefined }, usage }

  async function* words(text: string): AsyncGenerator<Part> {
    yield { type: 'text-start', id: 'text' }
    for (const delta of text.split(/(?<= )/)) {
      await setTimeout(pauseMs, undefined, signal && { signal })
      yield { type: 'text-delta', id: 'text', delta }
    }
    yield { type: 'text-end', id: 'text' }
  }
}

function saidOf(result: string, order: string): string {
  const receipt = /receipt-\d+/.exec(result)?.[0]
  return receipt === undefined ? `I may not refund ${order}.` : `The money for ${order} is on its way; the receipt is ${receipt}.`
}
