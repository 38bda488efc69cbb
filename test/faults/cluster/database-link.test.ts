import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openPostgresEngine } from '../../../src/store/postgres/index.ts'
import { PostgresServer } from '../../../src/store/postgres/server.testing.ts'
import { seeded } from '../random.ts'
import { TcpProxy } from './tcp-proxy.ts'

let server: PostgresServer
beforeAll(async () => {
  server = await PostgresServer.start()
}, 60_000)
afterAll(() => server.stop())

test('E45 a connection that ends in the midst of a statement fails the statement alone, which is sent again', async () => {
  const link = await TcpProxy.start({ target: server.port, random: seeded(1) })
  const engine = await openPostgresEngine({ url: server.url().replace(`${server.port}`, `${link.port}`), partitions: 1 })
  const other = new pg.Client({ connectionString: server.url() })
  await other.connect()
  onTestFinished(async () => {
    await other.end()
    await engine.close()
    await link.close()
  })
  await other.query('begin; lock table holdfast.counter in access exclusive mode')
  const heads = engine.heads()
  const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock'`
  await expect.poll(() => server.query(waiting)).toHaveLength(1)
  link.cut()
  await other.query('rollback')
  expect(await heads).toEqual([{ seq: 0, floor: 0 }])
})
