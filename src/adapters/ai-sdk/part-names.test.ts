import { expect, test } from 'vitest'
import type { Part } from './answer.ts'
import { partNames } from './part-names.ts'

test('AI1 a text that begins under an id once more, and a thought of the same id, have names of their own; calls of tools keep theirs', () => {
  const parts: Part[] = [
    { type: 'reasoning-start', id: '0' },
    { type: 'reasoning-delta', id: '0', delta: 'Hm' },
    { type: 'text-start', id: '0' },
    { type: 'text-end', id: '0' },
    { type: 'tool-input-start', id: '0', toolName: 'find' },
    { type: 'text-start', id: '0' },
    { type: 'text-delta', id: '0', delta: 'Found' },
  ]
  const ids = parts.map(partNames('model#2')).map((part) => 'id' in part && part.id)
  expect(ids).toEqual(['model#2/0', 'model#2/0', 'model#2/0', 'model#2/0', '0', 'model#2/0#2', 'model#2/0#2'])
})
