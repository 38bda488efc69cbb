import { afterAll, beforeAll, expect, test } from 'vitest'
import { commit, on, promise, ref, set } from '../contract/harness.ts'
import type { Commit, Engine } from '../engine.ts'
import { openPostgresEngine } from './index.ts'
import { PostgresServer } from './server.testing.ts'

let server: PostgresServer
let engine: Engine

beforeAll(async () => {
  server = await PostgresServer.start({ settings: { autovacuum: 'off' } })
  engine = await openPostgresEngine({ url: server.url(), partitions: 2, connections: 1 })
})
afterAll(async () => {
  await engine.close()
  await server.stop()
})

const ENTITIES = 600
const names = Array.from({ length: ENTITIES }, (_, i) => `e${i}`)

/** The same for every entity, one by one for the first half and 50 at once for the second: the ways a commit takes. */
async function each(make: (name: string) => Partial<Commit>): Promise<void> {
  const commits = names.map((name) => commit(make(name)))
  const [singles, batches] = [commits.slice(0, ENTITIES / 2), commits.slice(ENTITIES / 2)]
  for (const one of singles) expect((await engine.commit([one])).map(({ status }) => status)).toEqual(['ok'])
  while (batches.length > 0)
    expect((await engine.commit(batches.splice(0, 50))).every(({ status }) => status === 'ok')).toBe(true)
}

test('before anything has been analysed, rows are found by the index that names them, not among all of a partition', async () => {
  const terms = (value: string) => [{ name: 'status', values: [value], subject: null }]
  const expected = (name: string, revision: number) => [{ entity: ref(name), revision }]
  await each((name) => ({
    expect: expected(name, 0),
    entities: [on(name, { writes: [set('k', '1')], terms: terms('open') })],
    outbox: [promise(`o-${name}`, { entity: ref(name) })],
  }))
  await each((name) => ({
    expect: expected(name, 1),
    entities: [on(name, { writes: [set('k', '2')], terms: terms('done') })],
    outbox: [{ op: 'settle', id: `o-${name}`, epoch: 0, state: 'settled', result: null }],
  }))
  await each((name) => ({
    expect: [],
    entities: [on(name, { writes: [set('k', '3')] })],
    idempotency: { tenant: 'acme', key: name, body: '', receipt: new Uint8Array(1) },
  }))
  await engine.close()
  const read = `select sum(idx_tup_read)::int as read from pg_stat_user_indexes where schemaname = 'holdfast'`
  const commits = 3 * ENTITIES
  // Statistics of a connection that has ended are there a moment later.
  await expect.poll(async () => (await server.query(read))[0]?.read).toBeGreaterThan(commits)
  expect((await server.query(read))[0]?.read).toBeLessThan(25 * commits)
})
