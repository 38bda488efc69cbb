import { describe, expect, test } from 'vitest'
import { campaign } from './campaign.ts'
import type { Shared } from './cluster.ts'
import { NODE_MISHAPS, surroundings } from './mishaps.ts'

/** What is shared, and how many operations there are at least while each kind of mishap happens once. */
const clusters: readonly [Shared, number][] = [
  ['sqlite', 200],
  ['postgres', 200],
]

describe('nodes that are killed, frozen, set wrong and cut off give no answer that no order explains', () => {
  test.each(clusters)('I1, I2, I7: on %s', { timeout: 120_000 }, async (shared, least) => {
    const report = await campaign({ shared, seed: 1, ms: 0 })
    const { violations, findings, undecided, mishaps, operations, unknown } = report
    expect({ violations, findings, undecided }).toEqual({ violations: [], findings: [], undecided: 0 })
    const kinds = [...NODE_MISHAPS, ...surroundings(shared === 'postgres')]
    expect(Object.keys(mishaps).toSorted()).toEqual(kinds.toSorted())
    expect(operations).toBeGreaterThan(least)
    expect(unknown).toBeGreaterThan(0)
  })
})
