import { expect, test } from 'vitest'
import type { Json } from '../api/json.ts'
import { shapeOf } from './kind.ts'

const shown: readonly (readonly [Json, string, string])[] = [
  ['a "b"', 'string', '"a \\"b\\""'],
  [{ $date: '2026-01-01T00:00:00.000Z' }, 'date', '2026-01-01T00:00:00.000Z'],
  [{ $date: null }, 'date', 'invalid date'],
  [{ $bigint: '12' }, 'bigint', '12n'],
  [{ $number: 'NaN' }, 'number', 'NaN'],
  [{ $undefined: true }, 'undefined', 'undefined'],
  [{ $regexp: ['a+', 'gi', 0] }, 'regexp', '/a+/gi'],
  [{ $bytes: 'AAEC' }, 'bytes', '3 bytes'],
  [{ $map: [['k', 1]] }, 'map', ''],
  [{ $set: [1, 2] }, 'set', ''],
  [{ $plain: { $date: 1 } }, 'object', ''],
  [{ $unheard: 1 }, 'object', ''],
  [{ $date: 'x', more: 1 }, 'object', ''],
]

test.each(shown)('%j is shown as %s', (value, kind, text) => {
  expect(shapeOf(value)).toMatchObject({ kind, text })
})
