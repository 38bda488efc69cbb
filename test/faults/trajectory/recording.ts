import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { NewTurn, Part } from '../../../src/index.ts'

const call = z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) })
const message = z.discriminatedUnion('role', [
  z.object({ role: z.literal('system'), content: z.string() }),
  z.object({ role: z.literal('user'), content: z.string() }),
  z.object({ role: z.literal('assistant'), content: z.string().nullish(), tool_calls: z.array(call).nullish() }),
  z.object({ role: z.literal('tool'), tool_call_id: z.string(), name: z.string(), content: z.string() }),
])
const file = z.array(z.object({ messages: z.array(message) }))

/** What a customer said, and all that was said and done until they spoke again. */
export interface Exchange {
  readonly question: NewTurn
  readonly answers: readonly NewTurn[]
}

/** A recorded conversation of a customer with an agent, as turns. */
export interface Recording {
  /** What the agent was told before. */
  readonly system: readonly NewTurn[]
  readonly exchanges: readonly Exchange[]
}

/** Recorded conversations in the chat format of OpenAI. @throws what does not fit */
export function recordingsIn(path: string): readonly Recording[] {
  return file.parse(JSON.parse(readFileSync(path, 'utf8'))).map(({ messages }) => recordingOf(messages.map(turnOf)))
}

/** All turns of a conversation, in order. */
export function turnsOf({ system, exchanges }: Recording): readonly NewTurn[] {
  return [...system, ...exchanges.flatMap(({ question, answers }) => [question, ...answers])]
}

/** The calls of tools that a turn makes. */
export function callsOf({ content }: NewTurn): readonly (Part & { readonly type: 'tool-call' })[] {
  return typeof content === 'string' ? [] : content.filter((part) => part.type === 'tool-call')
}

function recordingOf(turns: readonly NewTurn[]): Recording {
  const first = turns.findIndex(({ role }) => role === 'user')
  const exchanges: { question: NewTurn; answers: NewTurn[] }[] = []
  for (const turn of turns.slice(first)) {
    if (turn.role === 'user') exchanges.push({ question: turn, answers: [] })
    else exchanges.at(-1)?.answers.push(turn)
  }
  return { system: turns.slice(0, first), exchanges }
}

function turnOf(said: z.output<typeof message>): NewTurn {
  switch (said.role) {
    case 'system':
    case 'user':
      return { role: said.role, content: [{ type: 'text', text: said.content }] }
    case 'assistant': {
      const text: Part[] = said.content ? [{ type: 'text', text: said.content }] : []
      const calls = (said.tool_calls ?? []).map(
        ({ id, function: { name, arguments: input } }): Part => ({
          type: 'tool-call',
          toolCallId: id,
          toolName: name,
          input: JSON.parse(input),
        }),
      )
      return { role: 'assistant', content: [...text, ...calls] }
    }
    case 'tool': {
      const { tool_call_id: toolCallId, name: toolName, content: value } = said
      return { role: 'tool', content: [{ type: 'tool-result', toolCallId, toolName, output: { type: 'text', value } }] }
    }
  }
}
