import { describe, expect, test } from 'vitest'
import type { Json } from '../api/json.ts'
import { heard } from './message.ts'

const all = (...chunks: Json[]) => heard([], chunks)

describe('what a stream says', () => {
  test('texts are one text, also when they come in batches', () => {
    expect(heard(all('Good ', 'mor'), ['ning'])).toEqual([{ type: 'text', id: null, text: 'Good morning' }])
  })

  test('chunks of an AI SDK UI message become what they say', () => {
    const parts = all(
      { type: 'start', messageId: 'm1' },
      { type: 'start-step' },
      { type: 'reasoning-start', id: 'r' },
      { type: 'reasoning-delta', id: 'r', delta: 'The order ' },
      { type: 'text-start', id: 't' },
      { type: 'text-delta', id: 't', delta: 'Let me ' },
      { type: 'reasoning-delta', id: 'r', delta: 'comes first.' },
      { type: 'text-delta', id: 't', delta: 'look.' },
      { type: 'text-end', id: 't' },
      { type: 'finish-step' },
    )
    expect(parts).toEqual([
      { type: 'reasoning', id: 'r', text: 'The order comes first.' },
      { type: 'text', id: 't', text: 'Let me look.' },
    ])
  })

  test('a tool call grows from its first letters to its result', () => {
    const begun = all(
      { type: 'tool-input-start', toolCallId: 'c', toolName: 'look_up' },
      { type: 'tool-input-delta', toolCallId: 'c', inputTextDelta: '{"or' },
    )
    expect(begun).toEqual([{ type: 'tool', id: 'c', name: 'look_up', writing: '{"or' }])
    const done = heard(begun, [
      { type: 'tool-input-available', toolCallId: 'c', toolName: 'look_up', input: { order: 'A-7' } },
      { type: 'tool-output-available', toolCallId: 'c', output: { amount: 3 } },
    ])
    expect(done).toMatchObject([{ name: 'look_up', input: { order: 'A-7' }, output: { amount: 3 } }])
    expect(heard(begun, [{ type: 'tool-output-error', toolCallId: 'c', errorText: 'no such order' }])).toMatchObject([
      { failed: 'no such order' },
    ])
  })

  test('steps are divided, trouble is told, and what is not known is kept as it is', () => {
    const strange: Json[] = [{ type: 'data-weather', data: 3 }, { type: 'text-delta', id: 't' }, 7, null, [1]]
    expect(all({ type: 'start-step' }, 'a', { type: 'start-step' }, { type: 'error', errorText: 'overloaded' })).toEqual([
      { type: 'text', id: null, text: 'a' },
      { type: 'break' },
      { type: 'trouble', text: 'overloaded' },
    ])
    expect(heard([], strange)).toEqual(strange.map((json) => ({ type: 'json', json })))
  })

  test('what was heard before is not changed under who reads it', () => {
    const before = all('a')
    heard(before, ['b', { type: 'start-step' }])
    expect(before).toEqual([{ type: 'text', id: null, text: 'a' }])
  })
})
