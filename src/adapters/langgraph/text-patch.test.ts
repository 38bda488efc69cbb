import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { runs } from '../../core/runs.testing.ts'
import { applyTextPatch, makeTextPatch } from './text-patch.ts'

describe('patches of texts', () => {
  /** Long ones among them: those are compared in steps. */
  const part = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'b', '😀', '😁', 'é') }),
    fc.tuple(fc.constantFrom('a', 'ab', '😀'), fc.integer({ min: 0, max: 9000 })).map(([unit, times]) => unit.repeat(times)),
  )

  test('LG10: a patch makes the later text of the earlier one, and holds no half of a character', () => {
    fc.assert(
      fc.property(part, part, part, part, (start, before, after, end) => {
        const [from, to] = [start + before + end, start + after + end]
        const patch = makeTextPatch(from, to)
        assert.equal(applyTextPatch(from, patch), to)
        assert.ok(patch[2].isWellFormed())
        assert.ok(patch[2].length <= after.length + 2, `${patch[2].length} characters for ${after.length}`)
      }),
      runs(300),
    )
  })
})
