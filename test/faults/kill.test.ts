import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runKills } from './kill-run.ts'

const data = join(process.env.HOLDFAST_DATA ?? '', 'airline/trajectories.dev.json')
const missing = existsSync(data) ? undefined : `${data} is not there; HOLDFAST_DATA names the folder of the data`
if (missing !== undefined) console.warn(`skipped: ${missing}`)

test.skipIf(missing !== undefined)(
  'I1 writers killed at random moments lose nothing that was acknowledged and do nothing twice',
  async () => {
    const { kills, between, lost, doubled, damage, hashEqual } = await runKills({ data, seed: 7, kills: 12, limit: 15 })
    expect({ kills, lost, doubled, damage, hashEqual }).toEqual({ kills: 12, lost: 0, doubled: 0, damage: 0, hashEqual: true })
    expect(between).toBeGreaterThan(6)
  },
  60_000,
)
