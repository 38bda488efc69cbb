import { setTimeout } from 'node:timers/promises'
import { jsonSchema, type LanguageModel, type ModelMessage, type ToolSet, tool } from 'ai'
import type { NewTurn, StepContext } from '../../../src/index.ts'
import { callsOf } from './recording.ts'

type Model = Extract<LanguageModel, { readonly specificationVersion: 'v4' }>
type Part = Awaited<ReturnType<Model['doStream']>>['stream'] extends ReadableStream<infer Each> ? Each : never

const usage = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
}

/** A model that says what was recorded: which of the answers is next is told by how many have been given since the customer spoke. */
export function recordedModel(answers: readonly NewTurn[]): Model {
  const lines = answers.filter(({ role }) => role === 'assistant')
  return {
    specificationVersion: 'v4',
    provider: 'recorded',
    modelId: 'trajectory',
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error('This model only streams')),
    async doStream({ prompt }) {
      const line = lines[givenSince(prompt)]
      if (line === undefined) throw new Error('Nothing more was recorded')
      return { stream: ReadableStream.from(partsOf(line)) }
    },
  }
}

/** The tools that were called, each with what it came to then; `perform` does it as a step. */
export function recordedTools(
  answers: readonly NewTurn[],
  perform: (code: (step: StepContext) => Promise<string>) => Promise<string>,
): ToolSet {
  const names = new Set(answers.flatMap((turn) => callsOf(turn).map(({ toolName }) => toolName)))
  const made = (name: string) =>
    tool({
      inputSchema: jsonSchema<unknown>({ type: 'object', additionalProperties: true }),
      execute: (_, { toolCallId, messages }) =>
        perform(async () => setTimeout(3, resultOf(answers, givenSince(messages), name, toolCallId))),
    })
  return Object.fromEntries([...names].map((name) => [name, made(name)]))
}

/** How many answers a model has given since the customer spoke last. */
function givenSince(messages: readonly Pick<ModelMessage, 'role'>[]): number {
  const asked = messages.findLastIndex(({ role }) => role === 'user')
  return messages.slice(asked).filter(({ role }) => role === 'assistant').length
}

/** What a call in the answer of a number came to: ids of calls come more than once. */
function resultOf(answers: readonly NewTurn[], answer: number, name: string, id: string): string {
  const at = answers.findIndex(
    ({ role }, i) => role === 'assistant' && answers.slice(0, i).filter((turn) => turn.role === 'assistant').length === answer,
  )
  for (const { role, content } of answers.slice(at + 1)) {
    if (role !== 'tool' || typeof content === 'string') break
    const result = content.find((part) => part.type === 'tool-result' && part.toolCallId === id)
    if (result?.type === 'tool-result' && result.output.type === 'text') return result.output.value
  }
  throw new Error(`No result was recorded of call ${id} of ${name}`)
}

async function* partsOf({ content }: NewTurn): AsyncGenerator<Part> {
  yield { type: 'stream-start', warnings: [] }
  let calls = 0
  for (const part of typeof content === 'string' ? [] : content) {
    if (part.type === 'text') yield* spoken(part.text)
    if (part.type !== 'tool-call') continue
    calls++
    const { toolCallId, toolName, input } = part
    yield { type: 'tool-call', toolCallId, toolName, input: JSON.stringify(input) }
  }
  yield { type: 'finish', usage, finishReason: { unified: calls === 0 ? 'stop' : 'tool-calls', raw: undefined } }
}

async function* spoken(text: string): AsyncGenerator<Part> {
  yield { type: 'text-start', id: 'text' }
  for (const delta of text.match(/.{1,40}/gs) ?? []) {
    await setTimeout(1)
    yield { type: 'text-delta', id: 'text', delta }
  }
  yield { type: 'text-end', id: 'text' }
}
