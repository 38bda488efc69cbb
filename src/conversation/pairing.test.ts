import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unpaired } from './pairing.ts'
import type { Part } from './part.ts'
import type { TurnRecord } from './record.ts'
import type { Role } from './turn.ts'

const call = (id: string, more: object = {}): Part => ({ type: 'tool-call', toolCallId: id, toolName: 't', input: {}, ...more })
const result = (id: string): Part => ({ type: 'tool-result', toolCallId: id, toolName: 't', output: { type: 'text', value: '' } })
const asks = (id: string): Part => ({ type: 'tool-approval-request', approvalId: `a${id}`, toolCallId: id })
const allows = (id: string): Part => ({ type: 'tool-approval-response', approvalId: `a${id}`, approved: true })
const turn = (role: Role, ...content: Part[]): TurnRecord => ({
  n: 1,
  id: '',
  role,
  content,
  at: 0,
  parent: null,
  branch: 0,
  depth: 1,
})

/** The parts that stay, as short names. */
function staying(...turns: TurnRecord[]): string[] {
  const dropped = unpaired(turns)
  return turns.flatMap(({ content }) => (content as readonly Part[]).filter((part) => !dropped.has(part)).map(({ type }) => type))
}

test('CV5 calls and results stay together or not at all', () => {
  expect(staying(turn('assistant', call('1'), call('2')), turn('tool', result('1')))).toEqual(['tool-call', 'tool-result'])
  expect(staying(turn('tool', result('1')), turn('assistant', call('1')))).toEqual([])
  expect(staying(turn('assistant', call('1')), turn('user'), turn('tool', result('1')))).toEqual([])
  expect(staying(turn('assistant', call('1')), turn('tool', result('1')), turn('user'), turn('assistant', call('1')))).toEqual([
    'tool-call',
    'tool-result',
  ])
})

test('CV5 what the provider runs itself needs no result', () => {
  expect(staying(turn('assistant', call('1', { providerExecuted: true })), turn('user'))).toEqual(['tool-call'])
})

test('CV5 a call that was decided on last stays, to be made; one that nobody has decided on does not', () => {
  const asked = turn('assistant', call('1'), asks('1'))
  const decided = turn('tool', allows('1'))
  expect(staying(asked)).toEqual([])
  expect(staying(asked, decided)).toEqual(['tool-call', 'tool-approval-request', 'tool-approval-response'])
  expect(staying(asked, decided, turn('user'))).toEqual([])
  expect(staying(decided)).toEqual([])
  expect(staying(asked, decided, turn('tool', result('1')), turn('user'))).toHaveLength(4)
})

test('CV5 whatever turns there are, what stays is what the AI SDK takes: no result without its call, no call left open', () => {
  const part = fc.tuple(fc.constantFrom('1', '2', '3'), fc.constantFrom(call, result, asks, allows)).map(([id, make]) => make(id))
  const turns = fc.array(fc.tuple(fc.constantFrom<Role>('user', 'assistant', 'tool'), fc.array(part, { maxLength: 4 })), {
    maxLength: 8,
  })
  fc.assert(
    fc.property(turns, (said) => {
      const all = said.map(([role, content]) => turn(role, ...(role === 'user' ? [] : content)))
      const dropped = unpaired(all)
      const open = new Set<string>()
      const decided = new Set<string>()
      for (const { role, content } of all) {
        if (role === 'user') expect([...open]).toEqual([])
        for (const each of content as readonly Part[]) {
          if (dropped.has(each)) continue
          if (each.type === 'tool-call') open.add(each.toolCallId)
          if (each.type === 'tool-approval-response') decided.add(each.approvalId.slice(1))
          if (each.type === 'tool-result') open.delete(each.toolCallId)
        }
      }
      expect([...open].filter((id) => !decided.has(id))).toEqual([])
    }),
  )
})
