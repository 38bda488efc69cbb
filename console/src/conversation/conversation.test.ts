import { describe, expect, test } from 'vitest'
import type { Turn, TurnPage, TurnPart } from '../api/conversation.ts'
import { branchingOf, waysFrom } from './branching.ts'
import { entriesOf, learn, nothingKnown, outcomeOf } from './entries.ts'
import { readTail } from './tail.ts'

const turn = (id: string, content: readonly TurnPart[] = []): Turn => ({
  ...{ id, role: 'user', speaker: null, status: 'done', at: 0, branch: 0, content },
})

/** A conversation of so many turns, read in pages of ten. */
function pages(length: number, name = 't') {
  const asked: (string | null)[] = []
  const read = async (before: string | null): Promise<TurnPage> => {
    asked.push(before)
    const end = before === null ? length : Number(before)
    const begin = Math.max(0, end - 10)
    const turns = Array.from({ length: end - begin }, (_, i) => turn(`${name}${begin + i}`))
    return { turns, more: begin > 0, before: begin > 0 ? String(begin) : null }
  }
  return { asked, read }
}

describe('the end of a conversation', () => {
  test('is its newest page at first, and one request', async () => {
    const { asked, read } = pages(100_000)
    const tail = await readTail(undefined, read)
    expect([tail.turns.length, tail.before, asked]).toEqual([10, '99990', [null]])
  })

  test('grows while turns come, and what is older stays where it is', async () => {
    const old = await readTail(undefined, pages(30).read)
    const tail = await readTail(old, pages(47).read)
    expect(tail.turns.map(({ id }) => id)).toEqual(Array.from({ length: 27 }, (_, i) => `t${20 + i}`))
    expect([tail.before, tail.more]).toEqual(['20', true])
  })

  test('begins anew when its first turn is out of reach, or on another branch', async () => {
    const old = await readTail(undefined, pages(30).read)
    const far = pages(3000)
    expect((await readTail(old, far.read)).before).toBe('2990')
    expect(far.asked).toHaveLength(4)
    expect((await readTail(old, pages(30, 'other').read)).turns[0]?.id).toBe('other20')
  })
})

describe('the tools of a conversation', () => {
  const call = { type: 'tool-call', toolCallId: 'c', toolName: 'look_up', input: { order: 'A-7' } } as const
  const output = { type: 'json', value: { amount: 3 } }
  const result = { type: 'tool-result', toolCallId: 'c', toolName: 'look_up', output } as const

  test('a result stands with its call, also when that was read later', () => {
    const after = [turn('2', [result]), turn('3', [{ type: 'text', text: 'It is 3.' }])]
    const alone = learn(nothingKnown, after)
    expect(entriesOf(after, alone).map((entry) => entry.turn.id)).toEqual(['2', '3'])
    const both = learn(alone, [turn('1', [call])])
    expect(entriesOf(after, both).map((entry) => entry.turn.id)).toEqual(['3'])
    expect(both.results.get('c')).toEqual(output)
    expect(learn(both, after)).toBe(both)
  })

  test('a turn that has not said anything yet is there', () => {
    expect(entriesOf([turn('1')], nothingKnown)).toHaveLength(1)
  })

  test('what came of a call is a value or a reason', () => {
    expect(outcomeOf(undefined)).toEqual({})
    expect(outcomeOf(output)).toEqual({ output: { amount: 3 } })
    expect(outcomeOf({ type: 'error-text', value: 'no such order' })).toEqual({ failed: 'no such order' })
    expect(outcomeOf({ type: 'error-json', value: { code: 3 } })).toEqual({ failed: '{"code":3}' })
    expect(outcomeOf({ type: 'execution-denied' })).toEqual({ failed: 'It was not allowed.' })
  })
})

test('behind a turn lead the branches that are not on the screen', () => {
  const branch = (number: number, from: string | null, last: string) => ({ branch: number, from, last, active: number === 0 })
  const branching = branchingOf([branch(0, null, 't9'), branch(1, 't3', 'a'), branch(2, 't3', 'b'), branch(3, 't9', 'c')])
  const ways = (id: string, ...shown: number[]) => waysFrom({ id, branch: 0 }, branching, new Set(shown))
  expect(ways('t3', 0)).toEqual([1, 2])
  expect(ways('t3', 0, 2)).toEqual([0, 1])
  expect([ways('t9', 0), ways('t9', 0, 3), ways('t4', 0)]).toEqual([[3], [], []])
})
