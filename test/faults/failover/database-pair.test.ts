import { once } from 'node:events'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freezeTree, thaw } from '../cluster/frozen.ts'
import { DatabasePair } from './database-pair.ts'

let pair: DatabasePair
let client: pg.Client
beforeEach(async () => {
  pair = await DatabasePair.start()
  await pair.primary.query('create table kept (n int)')
  client = new pg.Client({ connectionString: pair.primary.url() })
  client.on('error', () => {})
  await client.connect()
}, 60_000)
afterEach(async () => {
  const ended = client.end()
  await pair[Symbol.asyncDispose]()
  await ended
}, 60_000)

describe('a primary and its synchronous standby', () => {
  test('what was acknowledged is there when the primary is killed and the standby takes over', async () => {
    for (let n = 0; n < 50; n++) await client.query('insert into kept values ($1)', [n])
    await pair.primary.kill('SIGKILL')
    await pair.promote()
    expect(await pair.standby.query('insert into kept values (50) returning n')).toEqual([{ n: 50 }])
    expect(await pair.standby.query('select count(*)::int as n from kept')).toEqual([{ n: 51 }])
  }, 60_000)

  test('an old primary that comes back waits for a standby that is gone, and says so when it may wait no longer', async () => {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const frozen = freezeTree(pair.primary.pid)
    await pair.promote()
    thaw(frozen)
    let isAcknowledged = false
    const notice = once(client, 'notice')
    const written = client.query('insert into kept values (1)').then(() => {
      isAcknowledged = true
    })
    const waits = `select 1 from pg_stat_activity where pid = ${rows[0]?.pid} and wait_event = 'SyncRep'`
    await expect.poll(() => pair.primary.query(waits), { timeout: 10_000 }).toHaveLength(1)
    for (let n = 0; n < 20; n++) await pair.standby.query('insert into kept values (2)')
    expect(isAcknowledged).toBe(false)
    // The trap: who loses patience is told that it is done, with a warning.
    await pair.primary.query(`select pg_cancel_backend(${rows[0]?.pid})`)
    await written
    expect(await notice).toMatchObject([{ code: '01000', message: expect.stringContaining('synchronous replication') }])
    expect(await pair.standby.query('select 1 from kept where n = 1')).toEqual([])
  }, 60_000)
})
