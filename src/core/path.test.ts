import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { HoldfastError } from './errors.ts'
import { formatPath, parsePath } from './index.ts'
import { runs } from './runs.testing.ts'

const segment = fc.oneof(
  fc.nat(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '0', 'a.b', 'a]b', '["x"]', 'back\\slash', '\n', '\ud800', '__proto__', 'user:lang'),
)

describe('paths', () => {
  test('I9 any path is read back from its text', () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 5 }), (path) => {
        assert.deepEqual(parsePath(formatPath(path)), path)
      }),
      runs(2000),
    )
  })

  test('I9 any text is a path or refused as invalid, with the place', () => {
    const pieces = fc.array(fc.constantFrom('a', '.', '[', ']', '0', '"', '\\', '\\x', '\u0001', '["', '"]', '7'), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join('')
        try {
          assert.deepEqual(parsePath(formatPath(parsePath(text))), parsePath(text))
        } catch (error) {
          assert.ok(HoldfastError.is(error, 'invalid'), String(error))
          assert.match(error.message, /unreadable at character \d+/)
        }
      }),
      runs(3000),
    )
  })

  test('I9 paths read as people write them', () => {
    assert.deepEqual(parsePath('cart.items[0].qty'), ['cart', 'items', 0, 'qty'])
    assert.deepEqual(parsePath('["odd.name"].x[3]'), ['odd.name', 'x', 3])
    assert.deepEqual(parsePath(''), [])
    assert.equal(formatPath(['cart', 'items', 0, 'odd.name']), 'cart.items[0]["odd.name"]')
  })
})
