import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { HoldfastError } from '../../core/index.ts'
import type { Address } from './address.ts'
import { isLost, isReadOnly, isTransient, isUnconfirmed, translate } from './fault.ts'
import { TIMELINE, Witness } from './witness.ts'

/** Something that statements can be sent to: the database, or one transaction of it. */
export interface Queryable {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>
}

/** A database: several statements may be sent as one. */
export interface Transactional extends Queryable {
  transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result>
}

/** How a database is used. */
export interface DatabaseOptions {
  /** Connections at most. */
  readonly connections: number
  /** How long what meets a lost connection is tried again, in milliseconds. */
  readonly patience: number
  /** An answer is not awaited longer: the statement is given up with its connection. In milliseconds. */
  readonly timeout: number
}

/** What reads every row, or waits for others to finish theirs, may take this long. */
const LONG_MS = 600_000

const PAUSE_MS = 20
const LONGEST_PAUSE_MS = 500

/**
 * A PostgreSQL database behind a pool of connections. Statements meet no session settings and hold nothing between transactions, so a
 * pooler in transaction mode may stand in between. What is sent through it must bear being sent twice: a lost answer is asked for again.
 */
export class Database implements Transactional {
  readonly address: Address
  readonly #options: DatabaseOptions
  /** One for each server; the first that can be written to is used until it cannot. */
  readonly #pools: readonly pg.Pool[]
  /** The same servers, where there are several: any of them may have become the primary. */
  readonly #witnesses: readonly Witness[]
  /** The timeline on which each was when a connection to it was made. */
  readonly #timelines: number[] = []
  /** Connections whose last statement was reported as done, with a warning. */
  readonly #doubtful = new WeakSet<pg.ClientBase>()
  #current = 0
  #closed: Promise<unknown> | undefined

  constructor(address: Address, options: DatabaseOptions) {
    this.address = address
    this.#options = options
    const { servers } = address
    this.#pools = servers.map((server, i) => this.#pool(server, i))
    this.#witnesses = servers.length > 1 ? servers.map((server) => new Witness(server)) : []
  }

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.#patiently((client) => this.#send<Row>(client, text, values))
  }

  /** The same for statements that may take minutes. */
  get unhurried(): Queryable {
    return { query: (text, values) => this.#patiently((client) => this.#send(client, text, values, LONG_MS)) }
  }

  /** Runs `work` in a transaction, again when somebody was in the way or the connection was lost. */
  async transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    return this.#patiently(async (client) => {
      await this.#send(client, 'begin')
      try {
        const result = await work({ query: (text, values) => this.#send(client, text, values, LONG_MS) })
        await this.#send(client, 'commit')
        return result
      } catch (error) {
        if (!isLost(error)) await this.#send(client, 'rollback').catch(() => {})
        throw error
      }
    })
  }

  /** Resolves when the server that is used can be written to now; nothing is tried again. @throws unavailable */
  async probe(): Promise<void> {
    const used = this.#current
    try {
      await this.#once(async (client) => {
        const [row] = await this.#send<{ readonly: string }>(
          client,
          "select current_setting('transaction_read_only') as readonly",
        )
        if (row?.readonly === 'on') throw readOnly(this.address.shown)
      })
    } catch (error) {
      this.#turnFrom(error, used)
      throw translate(error, this.address.shown)
    }
  }

  async close(): Promise<void> {
    this.#closed ??= Promise.all([...this.#pools.map((pool) => pool.end()), ...this.#witnesses.map((witness) => witness.close())])
    await this.#closed
  }

  async #patiently<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const end = performance.now() + this.#options.patience
    for (let pause = PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      if (this.#closed !== undefined)
        throw new HoldfastError('unavailable', `${this.address.shown} was closed; open it again`, { reason: 'closed' })
      const used = this.#current
      try {
        return await this.#once(work)
      } catch (error) {
        const isGone = this.#turnFrom(error, used)
        if ((!isGone && !isTransient(error)) || performance.now() + pause > end) throw translate(error, this.address.shown)
        // Half of it by chance: those who were refused together should not come back together.
        await setTimeout(pause / 2 + (Math.random() * pause) / 2)
      }
    }
  }

  /**
   * Takes the next server after an error that says the one used is of no use; true when it does. Those that fail together turn once: twice
   * would lead back to where they failed.
   */
  #turnFrom(error: unknown, used: number): boolean {
    const isGone = isLost(error) || isReadOnly(error)
    if (isGone && used === this.#current) this.#current = (used + 1) % this.#pools.length
    return isGone
  }

  async #once<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const used = this.#current
    const client = await this.#pools[used]?.connect()
    if (client === undefined) throw new HoldfastError('unavailable', `${this.address.shown} names no server`, { reason: 'io' })
    let failed: unknown
    try {
      const others = this.#askOthers(used)
      const result = await work(client)
      await others
      this.#refuseReplaced(used)
      return result
    } catch (error) {
      failed = error
      throw error
    } finally {
      client.release(isLost(failed) || isReadOnly(failed))
    }
  }

  /** @throws what counts as a lost answer, too, when the server stopped waiting for its standby */
  async #send<Row extends object>(
    client: pg.PoolClient,
    text: string,
    values: readonly unknown[] = [],
    timeout = this.#options.timeout,
  ): Promise<Row[]> {
    const config: pg.QueryConfig & { query_timeout: number } = { text, values: [...values], types, query_timeout: timeout }
    const { rows } = await client.query<Row>(config)
    if (this.#doubtful.delete(client)) throw inDoubt()
    return rows
  }

  /** Whether one of the others has become the primary, as of now. */
  async #askOthers(used: number): Promise<void> {
    await Promise.all(this.#witnesses.map((witness, i) => (i === used ? undefined : witness.ask())))
  }

  /** Reading from a primary that was replaced would show what was; what it takes, it loses. */
  #refuseReplaced(used: number): void {
    const newest = Math.max(0, ...this.#witnesses.map(({ timeline }) => timeline))
    if ((this.#timelines[used] ?? 0) >= newest || newest === 0) return
    const message = `A server of ${this.address.shown} that was replaced as the primary still answers. Stop it`
    throw new HoldfastError('unavailable', message, { reason: 'read_only' })
  }

  /** Reading from a standby would show what is no more. */
  async #refuseStandby(client: pg.PoolClient, i: number): Promise<void> {
    const sql = this.#witnesses.length === 0 ? 'select 1 - pg_is_in_recovery()::int as timeline' : TIMELINE
    const [row] = await this.#send<{ timeline: number }>(client, sql)
    this.#timelines[i] = row?.timeline ?? 0
    if (row?.timeline === 0) throw readOnly(this.address.shown)
  }

  #pool(server: string, i: number): pg.Pool {
    const pool = new pg.Pool({
      connectionString: server,
      max: this.#options.connections,
      connectionTimeoutMillis: this.#options.timeout,
      keepAlive: true,
      allowExitOnIdle: true,
      verify: (client: pg.PoolClient, done: (error?: Error) => void) => {
        this.#refuseStandby(client, i).then(() => done(), done)
      },
    } as pg.PoolConfig)
    // A connection that breaks while nobody uses it is replaced by the next use.
    pool.on('error', () => {})
    // One that breaks in the midst of a statement tells the statement, and itself, too.
    pool.on('connect', (client) => {
      client.on('error', () => {})
      client.on('notice', (notice) => {
        if (isUnconfirmed(notice)) this.#doubtful.add(client)
      })
    })
    return pool
  }
}

const RESOLUTION_UNKNOWN = '08007'

/** Asked for again, it waits for the standby, too: it locks what the commit has changed. */
function inDoubt(): Error {
  return Object.assign(new Error('a commit was not waited for'), { code: RESOLUTION_UNKNOWN })
}

function readOnly(shown: string): HoldfastError<'unavailable'> {
  const message = `${shown} only reads, as a standby does. Name the primary, or all servers separated by commas`
  return new HoldfastError('unavailable', message, { reason: 'read_only' })
}

const BIGINT = 20
const BYTEA = 17

/** Numbers as numbers: positions and times stay far below 2^53. Bytes as bytes. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === BIGINT) return Number
    if (oid === BYTEA) return bytesOf
    return pg.types.getTypeParser(oid, format as 'text')
  },
} as pg.CustomTypesConfig

function bytesOf(text: string): Uint8Array {
  const { buffer, byteOffset, length } = Buffer.from(text.slice(2), 'hex')
  return new Uint8Array(buffer, byteOffset, length)
}
