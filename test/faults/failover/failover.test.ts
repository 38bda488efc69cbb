import { expect, test } from 'vitest'
import { failover } from './failover.ts'

test('I1, I2: what was acknowledged is there once when the primary is killed and its synchronous standby takes over', async () => {
  const { acknowledged, lost, twice, violations, undecided, findings } = await failover({ seed: 1, loss: 'kill' })
  expect({ lost, twice, violations, undecided, findings }).toEqual({
    lost: 0,
    twice: 0,
    violations: [],
    undecided: 0,
    findings: [],
  })
  expect(acknowledged).toBeGreaterThanOrEqual(200)
}, 120_000)
