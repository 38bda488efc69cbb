import { expect, test } from 'vitest'
import { recordedModel } from '../../../examples/airline/agent/model.ts'
import { type Recording, recordingOf } from '../../../examples/airline/agent/recording.ts'
import { saysTheSame } from '../../../examples/airline/agent/said.ts'
import { type ChatMessage, parseRuns } from '../../../src/replay/index.ts'
import { goodbye, odd, recorded } from './odd.testing.ts'

function read(...messages: readonly ChatMessage[]): Recording {
  const [run] = parseRuns(recorded(messages), 'test.json')
  if (run === undefined) throw new Error('There is a run')
  return recordingOf(run)
}

test('a recording is what an agent’s loop would have: results in the order of their calls, nothing where nothing was said', () => {
  const { policy, messages, questions, left } = read(...odd)
  expect([policy, left]).toEqual(['Be kind.', undefined])
  expect(messages.map(({ role }) => role).join(' ')).toBe(
    'system user assistant tool assistant tool assistant tool assistant user assistant user assistant tool',
  )
  expect(messages[3]?.content).toMatchObject([
    { toolCallId: 'call_1', output: { value: 'Error: A is not there' } },
    { toolCallId: 'call_2', output: { value: 'B is sent.' } },
  ])
  expect(messages[6]?.content).toMatchObject([{ type: 'tool-call', input: { order: 'A', again: true } }])
  expect(questions.map(({ key, answers }) => [key, answers])).toEqual([
    ['m0', 4],
    ['m1', 1],
    ['m2', 1],
  ])
  expect(read(...goodbye).questions.at(-1)).toEqual({ key: 'm2', text: 'A human, please.', answers: 0 })
})

test('what no loop could have said is left out with all behind it, and told', () => {
  const [policy = {}, question = {}, call = {}, result = {}] = odd
  const reply = { role: 'assistant', content: 'Hello.' }
  const left = (...messages: readonly ChatMessage[]) => read(...messages).left
  expect(left(policy, reply, question)).toEqual({ messages: 2, why: 'an answer that nobody has asked for' })
  expect(left(question, reply, reply)).toEqual({ messages: 1, why: 'an answer that nobody has asked for' })
  expect(left(question, call, result)).toEqual({ messages: 2, why: 'a call without a result' })
  expect(left(question, result)).toEqual({ messages: 1, why: 'a result without a call' })
  expect(left(question, policy)).toEqual({ messages: 1, why: 'a policy in the middle' })
  expect(left(question, { role: 'assistant', content: null })).toEqual({ messages: 1, why: 'an answer that says nothing' })
  expect(left(question, { content: 'Hm' })).toEqual({ messages: 1, why: 'a message of nobody' })
  const broken = { role: 'assistant', tool_calls: [{ id: 'call_1', function: { name: 'find', arguments: '{"order' } }] }
  expect(left(question, broken)?.why).toBe('a call without an id, or whose arguments are no JSON object')
})

test('a model says what is recorded only to those who bring what is recorded before', async () => {
  const recording = read(...odd)
  const model = recordedModel(recording, 0)
  const prompt = (texts: readonly string[]) => [
    { role: 'system' as const, content: 'Be kind.' },
    ...texts.map((text) => ({ role: 'user' as const, content: [{ type: 'text' as const, text }] })),
  ]
  const { stream } = await model.doStream({ prompt: prompt(['Where are A and B? 🙂']) })
  const parts = await Array.fromAsync(stream)
  expect(parts.filter(({ type }) => type === 'tool-call')).toMatchObject([{ toolCallId: 'call_1' }, { toolCallId: 'call_2' }])
  await expect(model.doStream({ prompt: prompt(['Where is C?']) })).rejects.toThrow(
    'The prompt is not what is recorded before anna/0-0, message 2',
  )
  await expect(model.doStream({ prompt: prompt([]) })).rejects.toThrow(
    'Nothing that a model says is recorded of anna/0-0, message 1',
  )
})

test('conversations are the same when they say the same, however they are written down', () => {
  const call = { type: 'tool-call', toolCallId: 'a', toolName: 'find', input: { order: 'A', times: 1 } }
  const said = [{ role: 'assistant', content: [{ ...call, input: { times: 1, order: 'A' }, providerOptions: undefined }] }]
  expect(saysTheSame(said, [{ role: 'assistant', content: [call] }])).toBe(true)
  expect(saysTheSame(said, [{ role: 'assistant', content: [{ ...call, input: { order: 'A', times: 2 } }] }])).toBe(false)
  expect(saysTheSame(said, [{ role: 'assistant', content: [{ ...call, toolCallId: 'b' }] }])).toBe(false)
  expect(saysTheSame(said, [])).toBe(false)
  expect(saysTheSame([{ role: 'user', content: 'Hi' }], [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }])).toBe(true)
})
