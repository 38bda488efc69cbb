import { setTimeout } from 'node:timers/promises'
import type { LanguageModel, ModelMessage } from 'ai'
import { HoldfastError } from 'holdfast'
import type { Recording } from './recording.ts'
import { saysTheSame } from './said.ts'

type Model = Extract<LanguageModel, { readonly specificationVersion: 'v4' }>
type Part = Awaited<ReturnType<Model['doStream']>>['stream'] extends ReadableStream<infer Each> ? Each : never

const usage = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
}

/**
 * A model that says what is recorded, some characters every `pauseMs`. It keeps nothing: the conversation it is given tells where it stands, and has to
 * be the recorded one up to there.
 */
export function recordedModel(recording: Recording, pauseMs: number): Model {
  return {
    specificationVersion: 'v4',
    provider: 'example',
    modelId: 'recorded',
    supportedUrls: {},
    doGenerate: () => Promise.reject(new HoldfastError('invalid', 'This model only streams', { path: 'doGenerate' })),
    doStream: async ({ prompt, abortSignal }) => {
      const said = saidAfter(recording, prompt)
      return { stream: ReadableStream.from(streamed(said, () => setTimeout(pauseMs, undefined, { signal: abortSignal }))) }
    },
  }
}

/** @throws invalid when the prompt is not how the recording begins, or nothing is recorded behind it */
function saidAfter({ session, messages }: Recording, prompt: Parameters<typeof saysTheSame>[0]): readonly Spoken[] {
  const next = messages[prompt.length]
  const path = `${session}, message ${prompt.length}`
  if (next?.role !== 'assistant') throw new HoldfastError('invalid', `Nothing that a model says is recorded of ${path}`, { path })
  if (!saysTheSame(prompt, messages.slice(0, prompt.length)))
    throw new HoldfastError('invalid', `The prompt is not what is recorded before ${path}`, { path })
  return next.content as readonly Spoken[]
}

type Spoken = Extract<
  Exclude<Extract<ModelMessage, { role: 'assistant' }>['content'], string>[number],
  { type: 'text' | 'tool-call' }
>

async function* streamed(said: readonly Spoken[], pause: () => Promise<void>): AsyncGenerator<Part> {
  yield { type: 'stream-start', warnings: [] }
  for (const part of said) {
    await pause()
    if (part.type === 'text') yield* pieces(part.text, pause)
    else yield { ...part, input: JSON.stringify(part.input) }
  }
  const unified = said.some(({ type }) => type === 'tool-call') ? 'tool-calls' : 'stop'
  yield { type: 'finish', finishReason: { unified, raw: undefined }, usage }
}

async function* pieces(text: string, pause: () => Promise<void>): AsyncGenerator<Part> {
  yield { type: 'text-start', id: 'text' }
  for (const delta of text.match(/.{1,40}/gsu) ?? []) {
    yield { type: 'text-delta', id: 'text', delta }
    await pause()
  }
  yield { type: 'text-end', id: 'text' }
}
