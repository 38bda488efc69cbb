import { expect, test } from 'vitest'
import { isPassing, Problem, problemFrom, remedyOf } from '../api/problem.ts'
import { fitting } from '../shell/palette-entry.ts'
import { backoff } from './backoff.ts'
import { changeFrom } from './change.ts'

test('waits grow to 8 s and are spread', () => {
  expect([0, 1, 4, 20].map((attempt) => backoff(attempt, 1))).toEqual([500, 1000, 8000, 8000])
  expect(backoff(20, 0)).toBe(4000)
})

test('a change is read, anything else is not one', () => {
  expect(changeFrom('{"kind":"session","id":"a","revision":3,"paths":[]}')).toEqual({ kind: 'session', id: 'a', revision: 3 })
  expect([changeFrom('{'), changeFrom('null'), changeFrom('{"kind":1}')]).toEqual([undefined, undefined, undefined])
})

test('a problem says what to do, also when a proxy answered', () => {
  const conflict = problemFrom(412, { code: 'conflict', title: 'Conflict', detail: 'It is at v3' }, null)
  expect(remedyOf(conflict)).toMatch(/newest revision/)
  expect(isPassing(conflict)).toBe(false)
  expect(isPassing(problemFrom(502, '<html>', '2'))).toBe(true)
  expect(isPassing(new Problem({ status: 503, code: 'corrupt', title: '', detail: '' }))).toBe(false)
})

test('the palette finds words by how they begin', () => {
  const entries = ['Overview', 'Use the dark theme', 'Audit'].map((name) => ({ name }))
  expect(fitting(entries, 'dark use')).toEqual([{ name: 'Use the dark theme' }])
  expect(fitting(entries, 'au')).toEqual([{ name: 'Audit' }])
})
