import { once } from 'node:events'
import { createServer } from 'node:net'
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

test('E45 a server that stands still once it has let somebody in is given up', async () => {
  // AuthenticationOk and ReadyForQuery.
  const welcome = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49])
  const silent = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.write(welcome)))
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => void silent.close())
  const address = silent.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const url = `postgres://postgres@127.0.0.1:${port},127.0.0.1:${server.port}/postgres`
  const engine = await openPostgresEngine({ url, timeout: 500, patience: 5000, partitions: 1 })
  await engine.close()
})
