import { setTimeout } from 'node:timers/promises'
import { MockLanguageModelV4 } from 'ai/test'
import type { Part } from './answer.ts'

/** What a scripted model answers to a call: words, a call of a tool, or something that goes wrong. */
export interface Line {
  readonly says?: readonly string[]
  readonly calls?: readonly { readonly id: string; readonly tool: string; readonly input: unknown }[]
  /** What it waits for before the end. */
  readonly until?: Promise<unknown>
  /** Comes behind what is said, in place of the end. */
  readonly breaks?: Error
}

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: undefined },
}

/** A model that says what `line` tells it to for each call, counted from 1, and the number of the messages it is given. */
export function scriptedModel(line: (call: number, messages: number) => Line) {
  let calls = 0
  return new MockLanguageModelV4({
    async doStream({ prompt }) {
      const said = line(++calls, prompt.length)
      if (said.breaks !== undefined && said.says === undefined) throw said.breaks
      return { stream: ReadableStream.from(partsOf(said)) }
    },
    async doGenerate({ prompt }) {
      const said = line(++calls, prompt.length)
      if (said.breaks !== undefined) throw said.breaks
      const text = (said.says ?? []).join('')
      return {
        content: [
          ...(text === '' ? [] : [{ type: 'text' as const, text }]),
          ...(said.calls ?? []).map(({ id, tool, input }) => toolCall(id, tool, input)),
        ],
        finishReason: { unified: said.calls === undefined ? 'stop' : 'tool-calls', raw: undefined },
        usage,
        warnings: [],
        response: { body: { large: 'x'.repeat(1000) } },
      }
    },
  })
}

async function* partsOf({ says = [], calls = [], breaks, until }: Line): AsyncGenerator<Part> {
  yield { type: 'stream-start', warnings: [] }
  if (says.length > 0) yield { type: 'text-start', id: 't' }
  for (const delta of says) {
    await setTimeout(0)
    yield { type: 'text-delta', id: 't', delta }
  }
  if (breaks !== undefined) throw breaks
  if (says.length > 0) yield { type: 'text-end', id: 't' }
  for (const { id, tool, input } of calls) yield toolCall(id, tool, input)
  await until
  yield { type: 'finish', usage, finishReason: { unified: calls.length === 0 ? 'stop' : 'tool-calls', raw: undefined } }
}

function toolCall(toolCallId: string, toolName: string, input: unknown) {
  return { type: 'tool-call' as const, toolCallId, toolName, input: JSON.stringify(input) }
}
