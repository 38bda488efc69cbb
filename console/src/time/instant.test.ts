import { expect, test } from 'vitest'
import { bytes, milliseconds, share } from './amount.ts'
import { countdown, duration, exact, relative } from './instant.ts'

test('durations name one unit', () => {
  expect([400, 4000, 720_000, 10_800_000, 5 * 86_400_000].map(duration)).toEqual(['under 1 s', '4 s', '12 min', '3 h', '5 d'])
})

test('times are told from now, whether they came as text or as milliseconds', () => {
  const now = Date.parse('2026-01-01T00:00:10Z')
  expect(relative('2026-01-01T00:00:06Z', now)).toBe('4 s ago')
  expect(relative(now + 3_600_000, now)).toBe('in 1 h')
  expect(relative(now, now)).toBe('now')
  expect(relative('nonsense', now)).toBe('unknown')
  expect(exact('nonsense')).toBe('unknown')
})

test('amounts', () => {
  expect([0, 1023, 1536, 734_003_200, null].map(bytes)).toEqual(['0 B', '1023 B', '1.5 KiB', '700 MiB', '–'])
  expect([0.421, 6.44, 12.6, null].map(milliseconds)).toEqual(['0.42 ms', '6.4 ms', '13 ms', '–'])
  expect([share(98, 100), share(0, 0)]).toEqual(['98 %', '–'])
})

test('a countdown has two units, and does not run past its end', () => {
  const left = (ms: number) => countdown(1000 + ms, 1000)
  expect([9000, 134_000, 3_600_000, 100_800_000].map(left)).toEqual(['9 s', '2 min 14 s', '1 h', '1 d 4 h'])
  expect([300, 0, -5000].map(left)).toEqual(['1 s', 'now', 'now'])
  expect(countdown('nonsense', 0)).toBe('unknown')
})
