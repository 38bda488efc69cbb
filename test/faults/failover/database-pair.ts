import { chownSync, cpSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { type PostgresOptions, PostgresServer } from '../../../src/store/postgres/server.testing.ts'

/** What a standby calls itself to its primary, which waits for it. */
const NAME = 'standby'
/** What is acknowledged outlives the server's processes. */
const SETTINGS = {
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: 60,
  max_wal_senders: 20,
  wal_retrieve_retry_interval: '100ms',
}

/** A primary and a standby that has everything the primary acknowledges. */
export class DatabasePair implements AsyncDisposable {
  readonly primary: PostgresServer
  readonly standby: PostgresServer

  private constructor(primary: PostgresServer, standby: PostgresServer) {
    this.primary = primary
    this.standby = standby
  }

  /** Makes both; resolves once the primary waits for the standby. */
  static async start(options: Pick<PostgresOptions, 'bin'> = {}): Promise<DatabasePair> {
    const primary = await PostgresServer.start({ ...options, settings: SETTINGS })
    try {
      const from = `host=127.0.0.1 port=${primary.port} user=postgres application_name=${NAME}`
      const standby = await PostgresServer.start({ ...options, settings: { ...SETTINGS, primary_conninfo: from } })
      await standby.kill('SIGINT')
      await copy(primary, standby.folder)
      await standby.restart()
      const pair = new DatabasePair(primary, standby)
      await pair.#synchronize()
      return pair
    } catch (error) {
      await primary.stop()
      throw error
    }
  }

  /** Where a client finds whichever of both takes writes. */
  get url(): string {
    const hosts = [this.primary, this.standby].map(({ port }) => `127.0.0.1:${port}`)
    return `postgres://postgres@${hosts.join(',')}/postgres?target_session_attrs=read-write`
  }

  /** Makes the standby the primary: from then on it acknowledges alone. */
  async promote(): Promise<void> {
    // Who waits for it in a query may stand in its way: what is still to be replayed can be in conflict with what the query may see.
    await this.standby.query('select pg_promote(false)')
    for (let tries = 0; ; tries++) {
      const [row] = await this.standby.query('select pg_is_in_recovery() as waits')
      if (row?.waits === false) return
      if (tries >= 1200) throw new Error(`The standby does not become the primary:\n${this.standby.log}`)
      await setTimeout(25)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A primary that waits for a standby that is gone does not end in order.
    for (const server of [this.standby, this.primary]) {
      await server.kill('SIGQUIT')
      await server.stop()
    }
  }

  async #synchronize(): Promise<void> {
    const { primary } = this
    await primary.query(`alter system set synchronous_standby_names = '${NAME}'`)
    await primary.query('select pg_reload_conf()')
    for (let tries = 0; ; tries++) {
      const [row] = await primary.query(`select 1 from pg_stat_replication where sync_state = 'sync'`)
      if (row !== undefined) return
      if (tries >= 400) throw new Error(`The standby does not follow:\n${this.standby.log}`)
      await setTimeout(25)
    }
  }
}

/** What a server makes for itself. */
const OWN = new Set(['postmaster.pid', 'postmaster.opts', 'pg_replslot', 'pg_stat_tmp', 'pg_wal'])

/**
 * Copies a server that runs, as pg_basebackup does: that program is not among those of the npm package. The log between the
 * begin and the end of the copy comes over the connection to the primary.
 */
async function copy(from: PostgresServer, to: string): Promise<void> {
  const client = new pg.Client({ connectionString: from.url() })
  await client.connect()
  try {
    await client.query(`select pg_backup_start('standby', true)`)
    for (const name of readdirSync(to)) if (name !== 'pg_wal') rmSync(join(to, name), { recursive: true })
    for (const name of readdirSync(from.folder))
      if (!OWN.has(name)) cpSync(join(from.folder, name), join(to, name), { recursive: true })
    for (const name of ['pg_replslot', 'pg_stat_tmp']) cpSync(join(from.folder, name), join(to, name), { recursive: true })
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)')
    writeFileSync(join(to, 'backup_label'), rows[0]?.labelfile ?? '')
    writeFileSync(join(to, 'standby.signal'), '')
    const { uid, gid } = statSync(from.folder)
    if (process.getuid?.() === 0)
      for (const name of readdirSync(to, { recursive: true })) chownSync(join(to, String(name)), uid, gid)
  } finally {
    await client.end()
  }
}
