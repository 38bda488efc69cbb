import { setTimeout as wait } from 'node:timers/promises'
import type { NewTurn } from '../../index.ts'
import type { Agent } from './agent.ts'
import { nextReply, type Reply } from './script.ts'
import type { ToolResult } from './tools.ts'

/** Between two words, as models speak. */
const WORD_MS = 30

/** An agent whose model is a script: it needs no key and no network, and is asked as any model would be. */
export const scriptedAgent: Agent = async function* (work, tools, text) {
  const turns: NewTurn[] = []
  const results: ToolResult[] = []
  yield { type: 'start' }
  for (;;) {
    let pause = 0
    const reply = await work.step('model', () => {
      // Only what is new is said at the pace of speech; what is recorded has been heard.
      pause = WORD_MS
      return nextReply(text, results)
    })
    const id = `call-${results.length + 1}`
    yield { type: 'start-step' }
    yield* spoken(id, reply.text, pause)
    if (reply.call === undefined) {
      turns.push({ role: 'assistant', content: reply.text })
      break
    }
    const { tool, order } = reply.call
    yield { type: 'tool-input-available', toolCallId: id, toolName: tool, input: { order } }
    const output = await tools[tool](order)
    yield { type: 'tool-output-available', toolCallId: id, output }
    yield { type: 'finish-step' }
    results.push(output)
    turns.push(...turnsOf(id, reply.text, reply.call, output))
  }
  yield { type: 'finish-step' }
  yield { type: 'finish' }
  return turns
}

async function* spoken(id: string, text: string, pause: number): AsyncGenerator<object> {
  yield { type: 'text-start', id }
  for (const delta of text.match(/\S+\s*/g) ?? []) {
    yield { type: 'text-delta', id, delta }
    if (pause > 0) await wait(pause)
  }
  yield { type: 'text-end', id }
}

/** A call of a tool and what came of it, as they are remembered. */
function turnsOf(toolCallId: string, text: string, { tool, order }: NonNullable<Reply['call']>, output: ToolResult): NewTurn[] {
  const call = { type: 'tool-call', toolCallId, toolName: tool, input: { order } } as const
  const result = { type: 'tool-result', toolCallId, toolName: tool, output: { type: 'json', value: { ...output } } } as const
  return [
    { role: 'assistant', content: [{ type: 'text', text }, call] },
    { role: 'tool', content: [result] },
  ]
}
