import { expect, it } from 'vitest'
import { sendHostile } from './hostile.ts'

it('H2 answers no hostile request with a fault of its own', { timeout: 60_000 }, async () => {
  const { faults, statuses } = await sendHostile(7, 1500)
  expect(faults).toEqual([])
  expect(Number(statuses[200])).toBeGreaterThan(50)
})
