import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { runs } from '../core/runs.testing.ts'
import { dateTerms, terms, words } from './index.ts'

describe('terms', () => {
  test.each([
    ['The reservations of Ann', ['reserv', 'ann']],
    ['gift_card_7480005', ['gift_card_7480005', 'gift', 'card', '7480005']],
    ['userId HTTPServer', ['userid', 'user', 'id', 'httpserver', 'http', 'server']],
    ['ann.lee@example.com', ['ann.lee@example.com', 'ann', 'lee', 'exampl', 'com']],
    ['HAT069', ['hat069', 'hat', '69']],
    ["Ann's", ['ann']],
    ['Ｆｕｌｌ ﬁne Straße 東京', ['full', 'fine', 'straße', '東京']],
    ['...', []],
  ])('L1 of %j', (text, expected) => {
    expect(terms(text)).toEqual(expected)
  })

  test('L1 words are plain, for vectors', () => {
    expect(words('The hotelRooms_booked 42 times')).toEqual(['hotel', 'rooms', 'booked', 'times'])
  })

  test('L7 any text can be taken apart, and a term is never empty', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ unit: 'grapheme', maxLength: 200 }), (a, b) => {
        for (const text of [a, b, a.repeat(20)]) expect(terms(text, { now: 0 }).every((term) => term !== '')).toBe(true)
      }),
      runs(200),
    )
  })

  test.each([
    ['a'.repeat(1_000_000)],
    ['a.'.repeat(500_000)],
    ['A1'.repeat(500_000)],
    [' '.repeat(1_000_000)],
    ['May '.repeat(250_000)],
    ['\ud800'.repeat(10_000)],
    ['1-'.repeat(500_000)],
  ])('L7 a million characters give a bounded number of terms (%#)', (text) => {
    expect(terms(text, { now: 0 }).length).toBeLessThanOrEqual(3 * 4096 * 16)
  })
})

describe('dates', () => {
  const now = Date.UTC(2024, 4, 15) // a Wednesday
  test.each([
    ['on 2024-05-20', ['date:2024-05-20', 'day:05-20']],
    ['2024-05-20T15:00:00', ['date:2024-05-20', 'day:05-20']],
    ['May 20th', ['day:05-20']],
    ['may 20, 2024', ['date:2024-05-20', 'day:05-20']],
    ['the 3rd of September 2025', ['date:2025-09-03', 'day:09-03']],
    ['5/20/2024', ['date:2024-05-20', 'day:05-20']],
    ['tomorrow', ['date:2024-05-16', 'day:05-16']],
    ['yesterday', ['date:2024-05-14', 'day:05-14']],
    ['Friday', ['date:2024-05-17', 'day:05-17']],
    ['next Friday', ['date:2024-05-17', 'day:05-17']],
    ['next Wednesday', ['date:2024-05-22', 'day:05-22']],
    ['this wednesday', ['date:2024-05-15', 'day:05-15']],
    ['last Monday', ['date:2024-05-13', 'day:05-13']],
    ['2024-13-40', []],
    ['May I have 20 of them', []],
    ['maybe 20', []],
  ])('L3 of %j', (text, expected) => expect(dateTerms(text, now)).toEqual(expected))

  test('L3 relative dates mean nothing without a now', () => expect(dateTerms('tomorrow, next Friday')).toEqual([]))
})
