import { describe, expect, test } from 'vitest'
import type { Json } from '../api/json.ts'
import { printed } from './printed.ts'

const linesOf = (value: Json, most = 4000) =>
  printed(value, most).lines.map(({ depth, name, text }) => `${' '.repeat(depth)}${name === null ? '' : `${name}: `}${text}`)

describe('a value printed whole', () => {
  test('an object stands at the edge, what is in it is indented', () => {
    expect(linesOf({ order: 'A-7', items: [{ price: 3 }, []], at: { $date: '2026-01-01T00:00:00.000Z' } })).toEqual([
      'order: "A-7"',
      'items: [',
      ' 0: {',
      '  price: 3',
      ' }',
      ' 1: []',
      ']',
      'at: 2026-01-01T00:00:00.000Z',
    ])
    expect(linesOf([1])).toEqual(['[', ' 0: 1', ']'])
    expect(linesOf({})).toEqual(['{}'])
  })

  test('a text that stands alone or has several lines is read as it is', () => {
    expect(linesOf('said "yes"')).toEqual(['said "yes"'])
    expect(linesOf({ short: 'a "b"', long: 'one\ntwo' })).toEqual(['short: "a \\"b\\""', 'long: one\ntwo'])
    expect(linesOf({ token: '[secret]' })).toEqual(['token: ••••••'])
  })

  test('only so much is printed, and it is said when there is more; no character is torn', () => {
    expect(printed('x'.repeat(10), 10).whole).toBe(true)
    expect(printed('x'.repeat(11), 10)).toEqual({
      lines: [{ depth: 0, name: null, kind: 'string', text: 'x'.repeat(10) }],
      whole: false,
    })
    expect(linesOf('abc😀', 4)).toEqual(['abc'])
    const many = printed(
      Array.from({ length: 100_000 }, (_, i) => i),
      4000,
    )
    expect(many.whole).toBe(false)
    expect(many.lines.length).toBeLessThan(220)
  })
})
