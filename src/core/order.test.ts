import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { afterPrefix, checkName, compareUtf8 } from './index.ts'
import { runs } from './runs.testing.ts'

const wellFormed = fc
  .array(
    fc.oneof(
      fc.integer({ min: 1, max: 0xd7ff }),
      fc.integer({ min: 0xe000, max: 0x10ffff }),
      fc.constantFrom(0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff),
    ),
    {
      maxLength: 6,
    },
  )
  .map((points) => String.fromCodePoint(...points))

describe('the order of keys', () => {
  test('I8 strings compare as their UTF-8 bytes do', () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, (a, b) => {
        assert.equal(Math.sign(compareUtf8(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
      runs(2000),
    )
  })

  test('I8 strings with a common beginning compare as their UTF-8 bytes do', () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, wellFormed, (start, a, b) => {
        const [x, y] = [start + a, start + b]
        assert.equal(Math.sign(compareUtf8(x, y)), Buffer.compare(Buffer.from(x), Buffer.from(y)))
      }),
      runs(500),
    )
  })

  test('I8 the bound behind a prefix lies behind all it begins and before the rest', () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, (prefix, other) => {
        const end = afterPrefix(prefix)
        if (end === undefined) {
          assert.match(prefix, /^\u{10ffff}*$/u)
          return
        }
        assert.ok(compareUtf8(prefix + other, end) < 0)
        const isInside = compareUtf8(other, prefix) >= 0 && compareUtf8(other, end) < 0
        assert.equal(isInside, other.startsWith(prefix))
      }),
      runs(2000),
    )
  })

  test('I12 names that engines could not keep alike are refused', () => {
    for (const name of ['', 'a\0b', '\ud800', 'x\udc00y']) assert.throws(() => checkName(name, 'a key'), { code: 'invalid' })
    assert.throws(() => checkName(5 as unknown as string, 'a key'), { code: 'invalid' })
    assert.throws(() => checkName('ä'.repeat(257), 'a key'), {
      code: 'too_large',
      details: { path: 'a key', limit: 512, actual: 514, unit: 'bytes' },
    })
    checkName('ä'.repeat(256), 'a key')
  })
})
