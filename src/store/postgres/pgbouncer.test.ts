import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { open } from '../../holdfast.ts'
import { set, write } from '../contract/harness.ts'
import { openPostgresEngine } from './index.ts'
import { freePort, PostgresServer, unprivileged } from './server.testing.ts'

const PROGRAM = '/usr/sbin/pgbouncer'
const missing = spawnSync(PROGRAM, ['--version']).status === 0 ? undefined : `${PROGRAM} is not there: apt-get install pgbouncer`
if (missing !== undefined) console.warn(`skipped: ${missing}`)

/** A pooler that lends two server connections, each for one transaction at a time. */
describe.skipIf(missing !== undefined)('behind PgBouncer in transaction mode', () => {
  let server: PostgresServer
  let pooler: ChildProcess
  let folder: string
  let url: string

  beforeAll(async () => {
    server = await PostgresServer.start()
    const port = await freePort()
    folder = mkdtempSync(join(tmpdir(), 'holdfast-bouncer-'))
    chmodSync(folder, 0o755)
    const database = `postgres = host=127.0.0.1 port=${server.port} dbname=postgres user=postgres`
    const settings = {
      listen_addr: '127.0.0.1',
      listen_port: port,
      unix_socket_dir: '',
      auth_type: 'any',
      pool_mode: 'transaction',
    }
    // Whoever depends on what another transaction has left on its connection fails at once.
    const more = { default_pool_size: 2, server_reset_query: 'discard all', server_reset_query_always: 1 }
    const all = Object.entries({ ...settings, ...more }).map(([name, value]) => `${name} = ${value}`)
    writeFileSync(join(folder, 'pgbouncer.ini'), ['[databases]', database, '[pgbouncer]', ...all, ''].join('\n'))
    pooler = spawn(PROGRAM, [join(folder, 'pgbouncer.ini')], { stdio: 'ignore', ...unprivileged() })
    url = `postgres://postgres@127.0.0.1:${port}/postgres`
  })
  afterAll(async () => {
    const gone = once(pooler, 'exit')
    pooler.kill('SIGINT')
    await gone
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('more connections than it lends work at once: commits, reads, claims and a sweep', async () => {
    const engines = await Promise.all(
      Array.from({ length: 3 }, () => openPostgresEngine({ url: `${url}?schema=pooled`, partitions: 2, connections: 4 })),
    )
    expect(new Set(engines.map(({ storeId }) => storeId)).size).toBe(1)
    const written = await Promise.all(
      Array.from({ length: 90 }, (_, i) => write(engines[i % 3] ?? expect.unreachable(), `d${i % 7}`, [set('k', `${i}`)])),
    )
    expect(new Set(written.map(({ num, revision }) => `${num}.${revision}`)).size).toBe(90)
    const [engine] = engines
    const sums = (await engine?.heads())?.map(({ seq }) => seq) ?? []
    expect(sums.reduce((sum, seq) => sum + seq, 0)).toBe(90)
    expect(await Array.fromAsync(engine?.verify() ?? [])).toEqual([])
    for (const each of engines) await each.close()
  })

  test('sessions, effects and timers as without it', async () => {
    const runs: unknown[] = []
    const effects = { mail: { run: (what: unknown) => void runs.push(what) } }
    await using hf = await open(`${url}?schema=whole`, { effects })
    const increase = () =>
      hf.session('s').update((state) => {
        state.n = Number(state.n ?? 0) + 1
      })
    await Promise.all(Array.from({ length: 50 }, increase))
    expect(await hf.session('s').inspect()).toMatchObject({ revision: 50, state: { n: 50 } })
    expect((await hf.session('s').at(20)).state).toEqual({ n: 20 })
    const { value: id } = await hf.commit((tx) => tx.entity('doc', 'a').effect('mail', 'hello', { delay: 1 }))
    while ((await hf.effects.get(id)).state !== 'settled') await hf.session('s').get('n')
    expect(runs).toEqual(['hello'])
  })
})
