import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChainNode, jumpRow, jumpTarget, seekNewest, seekNumber } from './chain.ts'

/** A chain of rows 1, 2, 3, ... whose row is its number plus 1000. */
function chain(length: number) {
  const rows = new Map<number, ChainNode>()
  let reads = 0
  const read = (row: number) => {
    reads++
    return rows.get(row)
  }
  let most = 0
  for (let n = 1; n <= length; n++) {
    const prev = n === 1 ? null : 999 + n
    reads = 0
    rows.set(1000 + n, { n, prev, jump: jumpRow(n, prev, read) })
    most = Math.max(most, reads)
  }
  return { rows, read, most, reads: () => reads, reset: () => (reads = 0) }
}

describe('chain', () => {
  it('jumps where the skew-binary form of the number says', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16].map(jumpTarget)).toEqual([0, 1, 0, 3, 4, 3, 0, 7, 7, 0, 15])
  })

  it('appends with at most two reads, and points at the row of the number it names', () => {
    const { rows, most } = chain(5000)
    expect(most).toBeLessThanOrEqual(2)
    for (const { n, jump } of rows.values()) expect(jump).toBe(jumpTarget(n) === 0 ? null : jumpTarget(n) + 1000)
  })

  it('finds any number, and the newest that a condition holds for, in logarithmic steps', () => {
    const length = 100_000
    const { rows, read, reads, reset } = chain(length)
    const newest = rows.get(1000 + length)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: length }), (n) => {
        reset()
        expect(seekNumber(newest, n, read)?.n).toBe(n)
        expect(reads()).toBeLessThanOrEqual(50)
        reset()
        expect(seekNewest(newest, (node) => node.n <= n, read)?.n).toBe(n)
        expect(reads()).toBeLessThanOrEqual(100)
      }),
      { seed: 7, numRuns: 300 },
    )
  })

  it('ends where older rows have been swept', () => {
    const { rows, read } = chain(1000)
    for (let n = 1; n < 500; n++) rows.delete(1000 + n)
    const newest = rows.get(2000)
    expect(seekNumber(newest, 700, read)?.n).toBe(700)
    expect(seekNumber(newest, 100, read)).toBeUndefined()
  })
})
