import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { runs } from '../core/runs.testing.ts'
import { loadWordVectors } from '../language/index.ts'
import { pack, type Variable } from './index.ts'
import { at, ranked, variable, variablesOf } from './world.testing.ts'

const flights = {
  flights: [
    { number: 'HAT069', origin: 'JFK', date: '2024-05-20', price: 121 },
    { number: 'HAT083', origin: 'SEA', date: '2024-05-27', price: 100 },
  ],
  note: 'likes the window',
  lodging: 'a quiet place',
}

const some = fc.array(
  fc.record({
    path: fc.array(fc.oneof(fc.string({ maxLength: 6 }), fc.nat(9)), { minLength: 1, maxLength: 4 }),
    value: fc.oneof(fc.string({ maxLength: 30 }), fc.integer(), fc.boolean(), fc.constant(null), fc.date()),
    changed: fc.integer({ min: 0, max: 10 }),
    changes: fc.integer({ min: 1, max: 20 }),
  }),
  { minLength: 1, maxLength: 25 },
)

describe('the ranking', () => {
  test('X6 what the query names comes before what it does not', () => {
    expect(ranked(variablesOf(flights), 'what does HAT083 cost?')[0]?.path).toBe('flights[1].number')
    expect(ranked(variablesOf(flights), 'does she like a window?')[0]?.path).toBe('note')
  })

  test('X6 a date is found whatever way it is said', () => {
    for (const said of ['on May 27', '27th of May', '5/27/2024']) {
      const list = ranked(variablesOf(flights), said)
      expect(at(list, 'flights[1].date')?.parts.words).toBeGreaterThan(at(list, 'flights[0].date')?.parts.words ?? 1)
    }
    const now = Date.UTC(2024, 4, 24)
    expect(ranked(variablesOf(flights), 'next Monday', { now })[0]?.path).toBe('flights[1].date')
  })

  test('X6 what stands beside a match is worth more than what does not', () => {
    const list = ranked(variablesOf(flights), 'HAT083')
    expect(at(list, 'flights[1].price')?.score).toBeGreaterThan(at(list, 'flights[0].price')?.score ?? 9)
  })

  test('X6 the parts add up to what the score is made of, and none is negative', () => {
    fc.assert(
      fc.property(some, fc.string(), (variables, query) => {
        for (const { parts, score, tokens } of ranked(variables, query)) {
          const sum = Object.values(parts).reduce((total: number, part: number) => total + part, 0)
          expect(Math.min(...Object.values(parts))).toBeGreaterThanOrEqual(0)
          expect(score).toBeLessThanOrEqual(sum)
          expect(tokens).toBeGreaterThan(0)
        }
      }),
      runs(100),
    )
  })

  test('X6 of equal scores the later change is first, then the one that stands first', () => {
    const [old, late] = [variable(['a'], 'x y', { changed: 0 }), variable(['b'], 'x z', { changed: 0 })]
    expect(ranked([old, late], 'q').map(({ path }) => path)).toEqual(['a', 'b'])
    expect(ranked([old, { ...late, changed: 1 }], 'q').map(({ path }) => path)).toEqual(['b', 'a'])
  })

  test('X7 the same question has the same answer', () => {
    fc.assert(
      fc.property(some, fc.string(), (variables, query) => {
        expect(ranked(variables, query)).toEqual(ranked(structuredClone(variables), query))
      }),
      runs(50),
    )
  })

  test('X8 later and more changes and more reads never make a score lower', () => {
    fc.assert(
      fc.property(some, fc.nat(), fc.string({ maxLength: 20 }), (variables, which, query) => {
        const i = which % variables.length
        const one: Variable = variables[i] ?? variable(['a'], 1)
        const scoreOf = (more: Partial<typeof one>, uses = 0): number => {
          const changed = (variables as Variable[]).with(i, { ...one, ...more })
          const found = ranked(changed, query, { uses: ({ variable: each }) => (each === changed[i] ? uses : 0) })
          return found.find(({ variable: each }) => each === changed[i])?.score ?? Number.NaN
        }
        const score = scoreOf({})
        expect(scoreOf({ changed: Math.min(10, one.changed + 1) })).toBeGreaterThanOrEqual(score)
        expect(scoreOf({ changes: one.changes + 1 })).toBeGreaterThanOrEqual(score)
        expect(scoreOf({}, 1)).toBeGreaterThanOrEqual(score)
      }),
      runs(150),
    )
  })

  test('X9 word vectors find what no word says; without them there is no such part', async () => {
    const vectors = await loadWordVectors()
    const near = ranked(variablesOf(flights), 'which hotel?', { vectors })
    expect(at(near, 'lodging')?.parts.meaning).toBeGreaterThan(at(near, 'note')?.parts.meaning ?? 9)
    expect(ranked(variablesOf(flights), 'which hotel?').every(({ parts }) => parts.meaning === 0)).toBe(true)
  })
})

describe('the budget', () => {
  test('X10 is never exceeded, pinned variables come first, and a budget for all holds all', () => {
    fc.assert(
      fc.property(some, fc.string({ maxLength: 20 }), fc.nat(200), fc.nat(), (variables, query, tokens, which) => {
        const pinned = variables[which % variables.length]
        const list = ranked(variables, query, { pin: (one) => (one.variable === pinned ? 0 : undefined) })
        const sum = (verdicts: readonly string[]): number =>
          list.reduce((total, one, i) => total + (/pinned|chosen/.test(verdicts[i] ?? '') ? one.tokens : 0), 0)
        const verdicts = pack(list, tokens)
        expect(sum(verdicts)).toBeLessThanOrEqual(tokens)
        expect(list[0]?.pinned).toBe(0)
        expect(verdicts[0]).toBe((list[0]?.tokens ?? 0) <= tokens ? 'pinned' : 'too long')
        const all = list.reduce((total, one) => total + one.tokens, 0)
        expect(sum(pack(list, all))).toBe(all)
        expect(sum(pack(list, 0))).toBe(0)
      }),
      runs(150),
    )
  })

  test('X10 what does not fit is passed over for what does', () => {
    const list = ranked(variablesOf({ long: 'order '.repeat(50), short: 'tea' }), 'order')
    const verdicts = new Map(pack(list, 10).map((verdict, i) => [list[i]?.path, verdict]))
    expect(Object.fromEntries(verdicts)).toEqual({ long: 'too long', short: 'chosen' })
  })
})
