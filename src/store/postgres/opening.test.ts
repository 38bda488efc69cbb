import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { set, write } from '../contract/harness.ts'
import type { Engine } from '../engine.ts'
import { openPostgresEngine, type PostgresOptions } from './index.ts'
import { SCHEMA_VERSION } from './schema.ts'
import { freePort, PostgresServer } from './server.testing.ts'

let server: PostgresServer
const engines: Engine[] = []

beforeAll(async () => {
  server = await PostgresServer.start({ settings: { max_connections: 12, superuser_reserved_connections: 1 } })
  await server.query(`create role ann login password 'right'; create role guest login`)
  await server.query('create database latin encoding LATIN1 template template0')
})
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close()
})
afterAll(() => server.stop())

async function open(url: string, options: Partial<PostgresOptions> = {}): Promise<Engine> {
  const engine = await openPostgresEngine({ url, partitions: 1, connections: 2, patience: 200, ...options })
  engines.push(engine)
  return engine
}

const refused = (code: string, ...texts: string[]) =>
  expect.objectContaining({
    name: 'HoldfastError',
    code,
    message: expect.stringMatching(new RegExp(texts.map((text) => `(?=.*${RegExp.escape(text)})`).join(''))),
  })

/** Where schema `name` of the database for tests is. */
const at = (name: string): string => `${server.url()}?schema=${name}`

describe('what keeps a store from being opened is said, with what to do', () => {
  test('a wrong password, and a user nobody knows: unauthenticated, and no password is shown', async () => {
    await server.admit('host all ann 127.0.0.1/32 scram-sha-256', 'host all all 127.0.0.1/32 trust')
    const url = (who: string) => server.url().replace('postgres@', `${who}@`)
    const wrong = await open(url('ann:guessed')).catch((error: unknown) => error)
    expect(wrong).toEqual(refused('unauthenticated', 'ann:***@', 'password authentication failed', 'Check the URL'))
    expect(String(wrong)).not.toContain('guessed')
    await expect(open(url('nobody'))).rejects.toEqual(refused('unauthenticated', 'nobody', 'does not exist', 'Check the URL'))
  })

  test('nobody at that port, no such host: unavailable, and how long it was tried', async () => {
    const nobody = `postgres://127.0.0.1:${await freePort()}/postgres`
    await expect(open(nobody)).rejects.toEqual(refused('unavailable', nobody, 'ECONNREFUSED', 'running'))
    const nowhere = 'postgres://no-such-host.invalid/postgres'
    await expect(open(nowhere)).rejects.toEqual(refused('unavailable', nowhere, 'no-such-host.invalid', 'running'))
  })

  test('a database that is not there: not_found', async () => {
    await expect(open(server.url('nothing'))).rejects.toEqual(refused('not_found', '"nothing" does not exist', 'Create it'))
  })

  test('a user who may not create a schema: forbidden; once its owner has made the store, who may use it can', async () => {
    const url = `${server.url('postgres', 'guest')}?schema=theirs`
    await expect(open(url)).rejects.toEqual(refused('forbidden', 'permission denied', 'Grant'))
    expect(await server.query(`select 1 from pg_namespace where nspname = 'theirs'`)).toEqual([])
    await open(at('theirs'))
    await expect(open(url)).rejects.toEqual(refused('forbidden', 'theirs', 'Grant'))
    await server.query(
      'grant usage on schema theirs to guest; grant select, insert, update, delete on all tables in schema theirs to guest',
    )
    const engine = await open(url)
    expect(await write(engine, 'a', [set('k', 'v')])).toMatchObject({ revision: 1 })
  })

  test('no connection left: unavailable, overloaded', async () => {
    await alone()
    const holders = await Promise.all(Array.from({ length: 11 }, () => server.connect()))
    try {
      await expect(open(`${server.url('postgres', 'guest')}?schema=full`)).rejects.toEqual(
        refused('unavailable', 'no connection left', 'max_connections'),
      )
    } finally {
      for (const holder of holders) await holder.end()
    }
  })

  test('a schema of a newer Holdfast: needs_migration, and nothing is touched', async () => {
    await (await open(at('newer'))).close()
    await server.query(`update newer.meta set value = '99' where name = 'version'`)
    const rows = () => server.query('select xmin::text, * from newer.meta order by name')
    const before = await rows()
    await expect(open(at('newer'))).rejects.toEqual(refused('needs_migration', '99', 'Upgrade'))
    expect(await rows()).toEqual(before)
  })

  test('a schema of an older Holdfast is brought up to this one, once, and works', async () => {
    const written = await write(await open(at('older')), 'a', [set('k', 'v')])
    await server.query(`drop function older.apply_single; update older.meta set value = '1' where name = 'version'`)
    const [engine] = await Promise.all([open(at('older'), { connections: 1 }), open(at('older'), { connections: 1 })])
    expect(await server.query(`select value from older.meta where name = 'version'`)).toEqual([{ value: String(SCHEMA_VERSION) }])
    expect(
      await server.query(`select proname from pg_proc where proname = 'apply_single' and pronamespace = 'older'::regnamespace`),
    ).toHaveLength(1)
    expect(await write(engine, 'a', [set('k', 'w')])).toMatchObject({ num: written.num, revision: 2 })
  })

  test('tables of another program, also one that calls them as we do: invalid, and nothing is touched', async () => {
    await server.query(
      'create schema shop; create table shop.orders(id int); create schema notes; create table notes.meta(name text, value text)',
    )
    await server.query(`create schema odd; create table odd.meta(id int, body json)`)
    for (const name of ['shop', 'notes', 'odd'])
      await expect(open(at(name)), name).rejects.toEqual(refused('invalid', name, 'another program', '?schema='))
    const tables = await server.query(`select tablename from pg_tables where schemaname in ('shop', 'notes', 'odd')`)
    expect(tables).toHaveLength(3)
  })

  test('a schema that somebody has made empty for us is used', async () => {
    await server.query('create schema ready authorization guest')
    const engine = await open(`${server.url('postgres', 'guest')}?schema=ready`)
    expect(await write(engine, 'a', [set('k', 'v')])).toMatchObject({ revision: 1 })
  })

  test('a database in another encoding: invalid', async () => {
    await expect(open(server.url('latin'))).rejects.toEqual(refused('invalid', 'LATIN1', 'UTF8'))
    expect(await server.query(`select 1 from pg_namespace where nspname = 'holdfast'`, 'latin')).toEqual([])
  })

  test('what is no URL of a database: invalid, with what one looks like', async () => {
    for (const url of ['postgres://', 'postgres:///db', 'postgres://host:notaport/db'])
      await expect(open(url), url).rejects.toEqual(refused('invalid', 'postgres://user@host:5432/database'))
    await expect(open(`${server.url()}?schema=Agents"`)).rejects.toEqual(refused('invalid', 'small letters'))
  })
})

/** Until those who have hung up are gone from the server, too: their places are needed. */
async function alone(): Promise<void> {
  const others = `select count(*)::int as count from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`
  await expect.poll(async () => (await server.query(others))[0]?.count).toBe(0)
}

test('several that open an empty database at once find one store', async () => {
  await alone()
  const opened = await Promise.all(Array.from({ length: 4 }, () => open(at('together'), { connections: 1 })))
  expect(new Set(opened.map(({ storeId }) => storeId)).size).toBe(1)
  const [first, second] = opened
  if (first === undefined || second === undefined) throw new Error('Nothing was opened')
  expect(await write(first, 'a', [set('k', '1')])).toMatchObject({ seq: 1 })
  expect(await write(second, 'a', [set('k', '2')])).toMatchObject({ seq: 2 })
})
