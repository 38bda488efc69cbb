import { expect, it } from 'vitest'
import { runDefinitions } from './definitions/run.ts'

it('J9 C7 hostile definitions end as machines or as refusals with a place', { timeout: 60_000 }, async () => {
  const { crashes, ends } = await runDefinitions(7_000_000, 600)
  expect(crashes).toEqual([])
  // They are not all refused at the door.
  for (const word of ['json ran', 'scxml ran', 'json refused invalid', 'scxml refused invalid', 'json refused too_large']) {
    expect(ends[word], word).toBeGreaterThan(3)
  }
})
