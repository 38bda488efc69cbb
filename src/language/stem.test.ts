import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stem } from './index.ts'

const fixture = join(import.meta.dirname, '../../test/fixtures/snowball-english.txt')

test('L2 the published vocabulary has its stems', () => {
  const pairs = readFileSync(fixture, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' '))
  expect(pairs.length).toBeGreaterThan(1000)
  expect(pairs.filter(([word = '', expected]) => stem(word) !== expected)).toEqual([])
})

test.each([
  ['reservations', 'reserv'],
  ['reserved', 'reserv'],
  ['flying', 'fli'],
  ['flies', 'fli'],
  ['skies', 'sky'],
  ['news', 'news'],
  ['café', 'café'],
  ['h2o', 'h2o'],
])('L2 %s has the stem %s', (word, expected) => expect(stem(word)).toBe(expected))
