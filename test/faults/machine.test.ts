import { expect, test } from 'vitest'
import { killAtEveryStep } from './machine-run.ts'

test('DM30 machines killed at every step lose nothing and do nothing twice', async () => {
  const { steps, kills, ...rest } = await killAtEveryStep({ seed: 5, tickets: 3 })
  expect(rest).toEqual({ lost: 0, doubled: 0, damage: 0, isAsUndisturbed: true })
  expect(steps).toBeGreaterThanOrEqual(12)
  expect(kills).toBeGreaterThanOrEqual(steps)
}, 120_000)
