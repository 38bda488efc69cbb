import type { ChatMessage } from '../../../src/replay/index.ts'

const calls = (text: string | null, ...made: readonly (readonly [id: string, tool: string, input: object])[]): ChatMessage => ({
  role: 'assistant',
  content: text,
  tool_calls: made.map(([id, name, input]) => ({ id, type: 'function', function: { name, arguments: JSON.stringify(input) } })),
})
const result = (id: string, name: string, content: string): ChatMessage => ({ role: 'tool', tool_call_id: id, name, content })
const user = (content: string): ChatMessage => ({ role: 'user', content })
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content })

/** What recorded conversations may have and rarely do: ids that come again, tools side by side, results that say nothing. */
export const odd: readonly ChatMessage[] = [
  { role: 'system', content: 'Be kind.' },
  user('Where are A and B? 🙂'),
  calls(null, ['call_1', 'find', { order: 'A' }], ['call_2', 'find', { order: 'B' }]),
  result('call_2', 'find', 'B is sent.'),
  result('call_1', 'find', 'Error: A is not there'),
  calls('Let me think.', ['call_1', 'think', { thought: 'A again?' }]),
  result('call_1', 'think', ''),
  calls('', ['call_1', 'find', { order: 'A', again: true }]),
  result('call_1', 'find', '{"order":"A"}'),
  assistant('Both are on their way.\n\nAnything else?'),
  user('Where are A and B? 🙂'),
  assistant('Both are on their way, still.'),
  user('A human, please.'),
  calls(null, ['call_1', 'transfer', {}]),
  result('call_1', 'transfer', 'Done'),
]

/** The same without the last answer: the customer says good-bye. */
export const goodbye: readonly ChatMessage[] = odd.slice(1, 13)

/** As a file has them. */
export function recorded(...conversations: readonly (readonly ChatMessage[])[]): string {
  return JSON.stringify(conversations.map((messages, i) => ({ task_id: i, trial: 0, reward: 1, user_id: 'anna', messages })))
}
