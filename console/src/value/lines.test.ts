import { expect, test } from 'vitest'
import { linesOf } from './lines.ts'

test('a text keeps its own lines, and breaks long ones after a blank', () => {
  expect(linesOf('one two three\nfour\r\n\nfive', 8)).toEqual(['one two ', 'three', 'four', '', 'five'])
})

test('a word that fits no line is broken where the line is full', () => {
  expect(linesOf('ab0123456789 c', 5)).toEqual(['ab012', '34567', '89 c'])
})

test('nothing is lost or doubled', () => {
  const text = 'The quick  brown\tfox 狐は走る 👩‍👩‍👧 jumps_over_the_lazy_dog '.repeat(20)
  for (const columns of [2, 7, 40]) expect(linesOf(text, columns).join('')).toBe(text)
})

test('what takes two cells is counted as two, and what is one character is never torn', () => {
  expect(linesOf('日本語', 4)).toEqual(['日本', '語'])
  expect(linesOf('👩‍👩‍👧👩‍👩‍👧', 3)).toEqual(['👩‍👩‍👧', '👩‍👩‍👧'])
  expect(linesOf('e\u0301e\u0301', 2)).toEqual(['e\u0301e\u0301'])
})
