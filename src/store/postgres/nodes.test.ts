import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine, NodeBeat } from '../engine.ts'
import { openPostgresEngine } from './index.ts'
import { PostgresServer } from './server.testing.ts'

let server: PostgresServer
let engine: Engine

beforeAll(async () => {
  server = await PostgresServer.start()
  engine = await openPostgresEngine({ url: server.url(), connections: 3, timeout: 2000 })
}, 60_000)
afterAll(async () => {
  await engine.close()
  await server.stop()
})

const beat = (id: string): NodeBeat => ({
  ...{ id, name: 'host', pid: 7, version: '1.0.0', address: null, started: 4, state: 'up', lease: 15_000, load: {} },
})

test('E55 who has been silent for a day is forgotten by the next beat of another, who was not, is not', async () => {
  for (const id of ['old', 'late', 'new']) await engine.nodes?.beat(beat(id))
  await server.query(`update holdfast.node set seen = now() - interval '86410 s' where id = 'old';
    update holdfast.node set seen = now() - interval '86300 s' where id = 'late'`)
  await engine.nodes?.beat(beat('new'))
  const listed = (await engine.nodes?.list()) ?? []
  expect(listed.map(({ id }) => id)).toEqual(['late', 'new'])
  expect(listed[0]?.silent).toBeGreaterThan(86_290_000)
  await server.query(`update holdfast.node set seen = now() - interval '2 days'`)
  await engine.nodes?.beat(beat('late'))
  expect((await engine.nodes?.list())?.map(({ id }) => id)).toEqual(['late'])
})

test('E54 sums of a long outbox go along its indexes, also where most of it has ended', async () => {
  await server.query(`insert into holdfast.outbox (part, id, num, tenant, kind, entity, queue, state, due, epoch, attempts, created, payload)
    select i % 8, 'w' || i, 1, 't', 'k', 'e', 'q' || i % 5, 0, i, 0, 0, 0, '' from generate_series(1, 60000) as i;
    insert into holdfast.outbox (part, id, num, tenant, kind, entity, queue, state, due, epoch, attempts, created, payload)
    select i % 8, 's' || i, 1, 't', 'k', 'e', 'q', 1, i, 0, 0, 0, '' from generate_series(1, 60000) as i; analyze holdfast.outbox`)
  const started = performance.now()
  const { queues } = (await engine.workload({ now: 50_000, most: 100 })) ?? {}
  const took = performance.now() - started
  expect(queues.map(({ queue, due, oldest }) => [queue, due, oldest])).toEqual(
    [5, 1, 2, 3, 4].map((oldest) => [`q${oldest % 5}`, 100, oldest]),
  )
  console.log(`workload over 120,000 rows: ${took.toFixed(1)} ms`)
  const [stat] = await server.query(
    `select seq_scan from pg_stat_user_tables where schemaname = 'holdfast' and relname = 'outbox'`,
  )
  const scans = Number(stat?.seq_scan)
  await engine.workload({ now: 50_000, most: 100 })
  await server.query('select pg_stat_force_next_flush()')
  const [after] = await server.query(
    `select seq_scan from pg_stat_user_tables where schemaname = 'holdfast' and relname = 'outbox'`,
  )
  expect(Number(after?.seq_scan)).toBe(scans)
})

/** Shorter than a statement is tried again for: a probe that tried would not tell in time. */
const PATIENTLY = { timeout: 10_000 }

test('H21 a probe tells at once when the database only reads, or is gone, and when it is back', async () => {
  await engine.probe?.()
  const setReadOnly = (state: 'on' | 'off') =>
    server.query(`alter database postgres set default_transaction_read_only = ${state}`, 'template1')
  // A connection that is being made just then would go on as before: all are ended until the setting is felt.
  const afterNewConnections = async (): Promise<unknown> => {
    await server.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = 'postgres'`, 'template1')
    return failure()
  }
  await setReadOnly('on')
  await expect.poll(afterNewConnections, PATIENTLY).toMatchObject({ code: 'unavailable', details: { reason: 'read_only' } })
  await setReadOnly('off')
  await expect.poll(afterNewConnections, PATIENTLY).toBeUndefined()
  await server.kill('SIGQUIT')
  await expect.poll(() => failure(), PATIENTLY).toMatchObject({ code: 'unavailable', details: { reason: 'io' } })
  await server.restart()
  await expect.poll(() => failure(), PATIENTLY).toBeUndefined()
}, 60_000)

async function failure(): Promise<unknown> {
  try {
    await engine.probe?.()
    return undefined
  } catch (error) {
    return error
  }
}
