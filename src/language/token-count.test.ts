import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runs } from '../core/runs.testing.ts'
import { countTokens } from './index.ts'

/** Texts with their length in o200k_base, counted with gpt-tokenizer 4.0.0. */
test.each([
  ['said.system.dates[0]: 2024-05-15', 14],
  ['results.get_reservation_details.LQ940Q.flights[0].flight_number: HAT294', 20],
  ['results.search_onestop_flight.JFK SEA 2024-05-20[3][0].date: 2024-05-20', 31],
  ['Ich möchte bitte eine Reservierung für zwei Personen am Freitagabend ändern.', 14],
  ['我想更改我星期五晚上的两人预订。', 14],
])('L5 %j has about %i tokens', (text, tokens) => {
  expect(countTokens(text)).toBeGreaterThanOrEqual(tokens * 0.85)
  expect(countTokens(text)).toBeLessThanOrEqual(tokens * 1.15)
})

test('L5 nothing has none, anything has some, and more is not less', () => {
  expect(countTokens('')).toBe(0)
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), (text) => {
      expect(countTokens(text)).toBeGreaterThanOrEqual(1)
      expect(countTokens(`${text} word`)).toBeGreaterThanOrEqual(countTokens(text))
    }),
    runs(200),
  )
})

test('L7 a million characters are counted by their beginning', () => {
  expect(countTokens('word '.repeat(200_000))).toBeCloseTo(200_000, -4)
})
