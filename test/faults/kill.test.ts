import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PostgresServer } from '../../src/store/postgres/server.testing.ts'
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

test.skipIf(missing !== undefined)(
  'I1 the same in a PostgreSQL database: what a victim had sent may still be stored while the next one begins',
  async () => {
    const server = await PostgresServer.start({ durable: true })
    try {
      const { kills, between, ...found } = await runKills({ data, seed: 7, kills: 8, limit: 10, database: server.url() })
      expect(found).toMatchObject({ lost: 0, doubled: 0, damage: 0, hashEqual: true })
      expect(kills).toBe(8)
      expect(between).toBeGreaterThan(3)
    } finally {
      await server.stop()
    }
  },
  120_000,
)
