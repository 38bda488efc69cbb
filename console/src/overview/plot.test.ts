import { expect, test } from 'vitest'
import { plot, roundUp } from './plot.ts'
import { inOrder } from './remedy.ts'

test('a line ends now, begins at zero and has gaps where nothing was measured', () => {
  const points = [10, 15, null, 20, 5].map((value, i) => ({ at: i * 1000, value }))
  expect(plot(points, 300, 100, 4000)).toEqual({ line: 'M0.0 50.0L75.0 25.0M225.0 0.0L300.0 75.0', top: 20 })
  expect(plot([], 300, 100, 4000)).toEqual({ line: '', top: 1 })
})

test('a line of a short time takes a short way', () => {
  const points = [4, 2].map((value, i) => ({ at: 7000 + i * 1000, value }))
  expect(plot(points, 300, 100, 60_000).line).toBe('M295.0 0.0L300.0 50.0')
})

test('what was measured alone is seen, not lost between two gaps', () => {
  const points = [null, 8, null].map((value, i) => ({ at: i * 1000, value }))
  expect(plot(points, 300, 100, 4000).line).toBe('M225.0 0.0h0')
})

test('scales end at numbers that are easy to read', () => {
  expect([0, 0.7, 3.2, 12, 508].map(roundUp)).toEqual([1, 0.8, 4, 15, 600])
})

test('what failed comes first, then what waits longest', () => {
  const item = (what: 'failed' | 'waiting', since: number) => ({ what, since, message: '' })
  expect(inOrder([item('waiting', 5), item('waiting', 2), item('failed', 9)]).map(({ since }) => since)).toEqual([9, 2, 5])
})
