import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runs } from '../core/runs.testing.ts'
import { Bm25, countTerms } from './index.ts'

const FIELD = [{ weight: 1, b: 0.75 }]
const index = (...texts: string[]) =>
  new Bm25(
    FIELD,
    texts.map((text) => [countTerms(text.split(' '))]),
  )
const scores = (of: Bm25, ...query: string[]) => [...of.scores(countTerms(query))]

test('L4 a worked example', () => {
  const [a = 0, b = 0, c] = scores(index('x y', 'x z', 'z z'), 'y')
  expect(b).toBe(0)
  expect(c).toBe(0)
  expect(a).toBeCloseTo(Math.log(1 + 2.5 / 1.5), 6)
})

test('L4 rare terms count more, and of several fields the heavier one', () => {
  const [rare = 0, common = 0] = scores(index('rare', 'often', 'often'), 'rare', 'often')
  expect(rare).toBeGreaterThan(common)
  const fields = new Bm25(
    [FIELD[0] ?? { weight: 1, b: 0 }, { weight: 0.2, b: 0 }],
    [
      [countTerms(['x']), countTerms(['y'])],
      [countTerms(['y']), countTerms(['x'])],
    ],
  )
  const [inFirst = 0, inSecond = 0] = fields.scores(countTerms(['x']))
  expect(inFirst).toBeGreaterThan(inSecond)
})

test('L4 one occurrence more in a document of the same length is never worth less', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 30 }), (times, others) => {
      const text = (count: number) => [...Array<string>(count).fill('x'), ...Array<string>(10 - count).fill('y')].join(' ')
      const rest = Array.from({ length: others }, () => 'a b c')
      const [less = 0] = scores(index(text(times), ...rest), 'x')
      const [more = 0] = scores(index(text(times + 1), ...rest), 'x')
      expect(more).toBeGreaterThanOrEqual(less)
    }),
    runs(100),
  )
})

test('L4 nothing to search and nothing to search in', () => {
  expect(scores(index(), 'x')).toEqual([])
  expect(scores(index('x'))).toEqual([0])
})
