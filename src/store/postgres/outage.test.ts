import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { open as openStore } from '../../holdfast.ts'
import { commit, on, ref, set, write } from '../contract/harness.ts'
import { wholeLog } from '../contract/reading.ts'
import type { Engine } from '../engine.ts'
import { openPostgresEngine, type PostgresOptions } from './index.ts'
import { LossyProxy } from './lossy-proxy.testing.ts'
import { PostgresServer } from './server.testing.ts'

let server: PostgresServer
let schemas = 0
const engines: Engine[] = []

beforeAll(async () => {
  server = await PostgresServer.start({ durable: true })
})
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close()
})
afterAll(() => server.stop())

async function open(url = server.url(), options: Partial<PostgresOptions> = {}): Promise<Engine> {
  const engine = await openPostgresEngine({ url: `${url}?schema=o${++schemas}`, partitions: 1, connections: 2, ...options })
  engines.push(engine)
  return engine
}

/** Everything the log holds, by entity and revision. */
async function recorded(engine: Engine): Promise<string[]> {
  return (await wholeLog(engine)).map(({ num, revision }) => `${num}.${revision}`)
}

async function isSound(engine: Engine): Promise<void> {
  expect(await Array.fromAsync(engine.verify())).toEqual([])
}

const others = (what: string): string =>
  `select ${what}(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'`

test('a server that restarts between calls is found again: nothing is lost, and what is idle is replaced', async () => {
  const engine = await open()
  await write(engine, 'a', [set('k', '1')])
  await server.kill('SIGINT')
  await server.restart()
  expect(await write(engine, 'a', [set('k', '2')])).toMatchObject({ revision: 2, seq: 2 })
  await server.kill('SIGQUIT')
  await server.restart()
  expect(await engine.entity(ref('a'))).toMatchObject({ revision: 2 })
  await isSound(engine)
})

test('calls that wait while the server is down are answered when it is up: each commit is applied once', async () => {
  const engine = await open()
  await write(engine, 'a', [set('k', '0')])
  await server.kill('SIGINT')
  const calls = Promise.all([write(engine, 'a', [set('k', '1')]), write(engine, 'b', [set('k', '1')]), engine.heads()])
  await server.restart()
  const [a, b] = await calls
  expect([a.revision, b.revision]).toEqual([2, 1])
  expect(await recorded(engine)).toHaveLength(3)
})

test('a server that crashes in the middle of work loses nothing it has acknowledged and does nothing twice', async () => {
  const engine = await open()
  const acknowledged: number[] = []
  const writing = (async () => {
    for (let i = 0; i < 60; i++) acknowledged.push((await write(engine, 'a', [set('k', `${i}`)])).revision)
  })()
  for (const at of [10, 25, 40]) {
    while (acknowledged.length < at) await engine.heads()
    await server.kill('SIGQUIT')
    await server.restart()
  }
  await writing
  expect(acknowledged).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
  expect(await recorded(engine)).toHaveLength(60)
  await isSound(engine)
})

test('connections that an administrator terminates, and statements that he cancels, are repeated', async () => {
  const engine = await open()
  let written = 0
  const writing = (async () => {
    while (written < 80) expect(await write(engine, 'a', [set('k', `${written}`)])).toMatchObject({ revision: ++written })
  })()
  for (const [i, from] of [5, 15, 25, 35, 45, 55, 65].entries()) {
    while (written < from) await engine.heads()
    await server.query(others(i % 2 === 0 ? 'pg_terminate_backend' : 'pg_cancel_backend'))
  }
  await writing
  expect(await recorded(engine)).toHaveLength(80)
  await isSound(engine)
})

test('a commit that waits for a lock and is cancelled is tried again, and stored once', async () => {
  const engine = await open()
  await write(engine, 'a', [set('k', '1')])
  const holder = await server.connect()
  await holder.query(`begin; select * from o${schemas}.counter for update`)
  const waiting = write(engine, 'a', [set('k', '2')])
  const blocked = `select pid from pg_stat_activity where wait_event_type = 'Lock'`
  while ((await server.query(blocked)).length === 0) await engine.entity(ref('a'))
  await server.query(`select pg_cancel_backend(pid) from (${blocked}) as row`)
  await holder.query('rollback')
  await holder.end()
  expect(await waiting).toMatchObject({ revision: 2 })
  expect(await recorded(engine)).toHaveLength(2)
})

test('a lost answer: the batch is applied once, and its receipts are the original ones', async () => {
  const proxy = await LossyProxy.start(server.port)
  try {
    const engine = await open(server.url().replace(`:${server.port}`, `:${proxy.port}`))
    await write(engine, 'a', [set('k', '0')])
    const batch = [
      commit({ entities: [on('a', { writes: [set('k', '1')] })], expect: [{ entity: ref('a'), revision: 1 }] }),
      commit({ entities: [on('b', { writes: [set('k', '1')] })] }),
      commit({ entities: [on('c')], expect: [{ entity: ref('c'), revision: 7 }] }),
    ]
    proxy.loseAnswerTo(/apply\(/)
    const receipts = await engine.commit(batch)
    expect(proxy.lost).toBe(1)
    // Applied a second time, the first commit would be a conflict, and the second another revision.
    expect(receipts).toMatchObject([
      { status: 'ok', records: [{ seq: 2, revision: 2 }] },
      { status: 'ok', records: [{ seq: 3, revision: 1 }] },
      { status: 'conflict', current: 0 },
    ])
    expect(await recorded(engine)).toHaveLength(3)
    proxy.loseAnswerTo(/select/)
    expect(await engine.entity(ref('a'))).toMatchObject({ revision: 2 })
  } finally {
    await proxy.stop()
  }
})

test('a server that stays away: unavailable, with what to do; who asks after it is back is answered', async () => {
  const engine = await open(server.url(), { patience: 300 })
  await write(engine, 'a', [set('k', '1')])
  await server.kill('SIGINT')
  await expect(engine.entity(ref('a'))).rejects.toMatchObject({
    code: 'unavailable',
    details: { reason: 'io' },
    message: expect.stringMatching(/cannot be reached .*ECONNREFUSED.*Check that it is running/),
  })
  await server.restart()
  expect(await engine.entity(ref('a'))).toMatchObject({ revision: 1 })
})

test('a store goes on behind an outage: sessions answer, and effects run once', async () => {
  const runs: string[] = []
  const effects = { mail: { run: (_: unknown, { key }: { key: string }) => void runs.push(key) } }
  await using hf = await openStore(`${server.url()}?schema=whole`, { effects })
  await hf.session('s').set('n', 1)
  await server.kill('SIGQUIT')
  await server.restart()
  const { value: id } = await hf.commit((tx) => {
    tx.session('s').set('n', 2)
    return tx.entity('doc', 'a').effect('mail', 1)
  })
  while ((await hf.effects.get(id)).state !== 'settled') await hf.session('s').get('n')
  expect(await hf.session('s').inspect()).toMatchObject({ revision: 2, state: { n: 2 } })
  expect(runs).toHaveLength(1)
})

test('a statement that is always cancelled is given up: busy, with what to look at', async () => {
  const engine = await open(server.url(), { patience: 200 })
  await server.query('alter role postgres set statement_timeout = 50')
  const holder = await server.connect()
  await holder.query(`set statement_timeout = 0; begin; select * from o${schemas}.counter for update`)
  await server.query(
    others('pg_terminate_backend').replace('pid <> pg_backend_pid()', `pid not in (pg_backend_pid(), ${await pidOf(holder)})`),
  )
  await expect(write(engine, 'a', [set('k', '1')])).rejects.toMatchObject({
    code: 'unavailable',
    details: { reason: 'busy' },
    message: expect.stringContaining('statement_timeout'),
  })
  await holder.query('rollback')
  await holder.end()
  await server.query('alter role postgres reset statement_timeout')
})

async function pidOf(client: Awaited<ReturnType<PostgresServer['connect']>>): Promise<unknown> {
  return (await client.query('select pg_backend_pid() as pid')).rows[0].pid
}

test('a closed store says so', async () => {
  const engine = await open()
  await engine.close()
  await expect(engine.heads()).rejects.toMatchObject({ code: 'unavailable', details: { reason: 'closed' } })
  await engine.close()
})
