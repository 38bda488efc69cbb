import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openPostgresEngine } from '../../../src/store/postgres/index.ts'
import { PostgresServer } from '../../../src/store/postgres/server.testing.ts'
import { TcpProxy } from '../cluster/tcp-proxy.ts'
import { seeded } from '../random.ts'

let server: PostgresServer
beforeAll(async () => {
  server = await PostgresServer.start()
}, 60_000)
afterAll(() => server.stop())

test('E45 statements that fail together turn to the next server once, not past it', async () => {
  const first = await TcpProxy.start({ target: server.port, random: seeded(1) })
  const url = `postgres://postgres@127.0.0.1:${first.port},127.0.0.1:${server.port}/postgres`
  // One timeout fits into the patience, two do not.
  const engine = await openPostgresEngine({ url, timeout: 3000, patience: 5000, partitions: 1 })
  onTestFinished(async () => {
    await first.heal()
    await engine.close()
    await first.close()
  })
  first.freeze('up')
  const heads = { seq: 0, floor: 0 }
  expect(await Promise.all([engine.heads(), engine.heads()])).toEqual([[heads], [heads]])
}, 60_000)
