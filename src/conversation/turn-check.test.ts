import { expect, test } from 'vitest'
import { HoldfastError, type NewTurn } from '../index.ts'
import { checkedTurn } from './turn-check.ts'

const text = { type: 'text', text: 'a' }
const call = { type: 'tool-call', toolCallId: 'c', toolName: 't', input: {} }

test.each<[path: string, turn: unknown]>([
  ['', undefined],
  ['', 'hello'],
  ['role', { content: 'a' }],
  ['role', { role: 'toString', content: 'a' }],
  ['id', { role: 'user', content: 'a', id: 'turn-7' }],
  ['content', { role: 'user' }],
  ['content', { role: 'tool', content: 'a' }],
  ['content', { role: 'user', content: { type: 'text', text: 'a' } }],
  ['content[0]', { role: 'user', content: ['a'] }],
  ['content[1].type', { role: 'user', content: [text, call] }],
  ['content[0].type', { role: 'assistant', content: [{ type: 'toString' }] }],
  ['content[0].text', { role: 'user', content: [{ type: 'text', text: 1 }] }],
  ['content[2].toolCallId', { role: 'assistant', content: [text, call, { ...call, toolCallId: '' }] }],
  ['content[0].input', { role: 'assistant', content: [{ ...call, input: undefined }] }],
  ['content[0].output', { role: 'tool', content: [{ ...call, type: 'tool-result', output: 'ok' }] }],
  ['content[0].approved', { role: 'tool', content: [{ type: 'tool-approval-response', approvalId: 'a', approved: 'yes' }] }],
  ['content[0].mediaType', { role: 'user', content: [{ type: 'file', data: 'aGk=' }] }],
  ['content[0].input.run', { role: 'assistant', content: [{ ...call, input: { run() {} } }] }],
  ['metadata.run', { role: 'user', content: 'a', metadata: { run() {} } }],
])('CV1 what no turn can be is refused with its path: %s', (path, turn) => {
  const check = () => checkedTurn(turn as NewTurn)
  expect(check).toThrow(HoldfastError)
  expect(check).toThrow(expect.objectContaining({ code: 'invalid', details: expect.objectContaining({ path }) }))
})

test('CV1 of several turns the path says which', () => {
  expect(() => checkedTurn({ role: 'user', content: [{ type: 'text', text: 1 }] } as unknown as NewTurn, [3])).toThrow(
    expect.objectContaining({ details: { path: '[3].content[0].text' } }),
  )
})

test('CV12 what is larger than one turn may be is refused', () => {
  const tooLarge = expect.objectContaining({ code: 'too_large' })
  expect(() => checkedTurn({ role: 'user', content: 'x'.repeat(9 * 1024 * 1024) })).toThrow(tooLarge)
  const parts = Array.from({ length: 1001 }, () => ({ type: 'text', text: 'a' }) as const)
  expect(() => checkedTurn({ role: 'user', content: parts })).toThrow(tooLarge)
})

test('CV1 bytes come in whatever form the AI SDK allows, and what is undefined is left out', () => {
  const bytes = new Uint8Array([1, 2, 3])
  const content = [
    { type: 'file', mediaType: 'a/b', data: Buffer.from(bytes), filename: undefined },
    { type: 'image', image: bytes.buffer },
    { type: 'file', mediaType: 'a/b', data: { type: 'data', data: bytes.buffer } },
    { type: 'file', mediaType: 'a/b', data: new URL('https://example.com/') },
  ]
  expect(checkedTurn({ role: 'user', content } as unknown as NewTurn)).toStrictEqual({
    role: 'user',
    content: [
      { type: 'file', mediaType: 'a/b', data: bytes },
      { type: 'image', image: bytes },
      { type: 'file', mediaType: 'a/b', data: { type: 'data', data: bytes } },
      { type: 'file', mediaType: 'a/b', data: new URL('https://example.com/') },
    ],
  })
})
