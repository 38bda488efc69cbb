import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { HoldfastError } from '../../core/index.ts'
import type { Address } from './address.ts'
import { isLost, isReadOnly, isTransient, translate } from './fault.ts'

/** Something that statements can be sent to: the database, or one transaction of it. */
export interface Queryable {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>
}

/** How a database is used. */
export interface DatabaseOptions {
  /** Connections at most. */
  readonly connections: number
  /** How long what meets a lost connection is tried again, in milliseconds. */
  readonly patience: number
  /** A statement that takes longer is given up with its connection, in milliseconds. */
  readonly timeout: number
}

const PAUSE_MS = 20
const LONGEST_PAUSE_MS = 500

/**
 * A PostgreSQL database behind a pool of connections. Statements meet no session settings and hold nothing between transactions, so a
 * pooler in transaction mode may stand in between. What is sent through it must bear being sent twice: a lost answer is asked for again.
 */
export class Database implements Queryable {
  readonly address: Address
  readonly #options: DatabaseOptions
  /** One for each server; the first that can be written to is used until it cannot. */
  readonly #pools: readonly pg.Pool[]
  #current = 0
  #closed: Promise<unknown> | undefined

  constructor(address: Address, options: DatabaseOptions) {
    this.address = address
    this.#options = options
    this.#pools = address.servers.map((server) => this.#pool(server))
  }

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.#patiently((client) => this.#send<Row>(client, text, values))
  }

  /** Runs `work` in a transaction, again when somebody was in the way or the connection was lost. */
  async transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    return this.#patiently(async (client) => {
      await this.#send(client, 'begin')
      try {
        const result = await work({ query: (text, values) => this.#send(client, text, values) })
        await this.#send(client, 'commit')
        return result
      } catch (error) {
        if (!isLost(error)) await this.#send(client, 'rollback').catch(() => {})
        throw error
      }
    })
  }

  async close(): Promise<void> {
    this.#closed ??= Promise.all(this.#pools.map((pool) => pool.end()))
    await this.#closed
  }

  async #patiently<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const end = performance.now() + this.#options.patience
    for (let pause = PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      if (this.#closed !== undefined)
        throw new HoldfastError('unavailable', `${this.address.shown} was closed; open it again`, { reason: 'closed' })
      try {
        return await this.#once(work)
      } catch (error) {
        const isGone = isLost(error) || isReadOnly(error)
        if (isGone) this.#current = (this.#current + 1) % this.#pools.length
        if ((!isGone && !isTransient(error)) || performance.now() + pause > end) throw translate(error, this.address.shown)
        // Half of it by chance: those who were refused together should not come back together.
        await setTimeout(pause / 2 + (Math.random() * pause) / 2)
      }
    }
  }

  async #once<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.#pools[this.#current]?.connect()
    if (client === undefined) throw new HoldfastError('unavailable', `${this.address.shown} names no server`, { reason: 'io' })
    let failed: unknown
    try {
      return await work(client)
    } catch (error) {
      failed = error
      throw error
    } finally {
      client.release(isLost(failed) || isReadOnly(failed))
    }
  }

  async #send<Row extends object>(client: pg.PoolClient, text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await client.query<Row>({ text, values: [...values], types })
    return rows
  }

  #pool(server: string): pg.Pool {
    const pool = new pg.Pool({
      connectionString: server,
      max: this.#options.connections,
      connectionTimeoutMillis: this.#options.timeout,
      query_timeout: this.#options.timeout,
      keepAlive: true,
      allowExitOnIdle: true,
      verify: (client: pg.PoolClient, done: (error?: Error) => void) => {
        refuseStandby(client, this.address.shown).then(() => done(), done)
      },
    } as pg.PoolConfig)
    // A connection that breaks while nobody uses it is replaced by the next use.
    pool.on('error', () => {})
    return pool
  }
}

/** Reading from a standby would show what is no more. */
async function refuseStandby(client: pg.PoolClient, shown: string): Promise<void> {
  const { rows } = await client.query<{ standby: boolean }>('select pg_is_in_recovery() as standby')
  if (rows[0]?.standby !== true) return
  const message = `${shown} is a standby and cannot be written to. Name the primary, or all servers separated by commas`
  throw new HoldfastError('unavailable', message, { reason: 'read_only' })
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
