import { randomId } from '../../core/index.ts'
import type { Commit, Engine, Receipt } from '../engine.ts'
import { parseAddress } from './address.ts'
import { decodeReceipt, type EncodedReceipt, encodeBatch } from './batch.ts'
import { Database } from './database.ts'
import { identityOf, prepare } from './migration.ts'
import { News } from './news.ts'
import { claim, listOutbox, nextDue, outboxRow, renew, tally } from './outbox.ts'
import { createReads } from './reads.ts'
import { adopt, sweep } from './sweep.ts'
import type { Tables } from './tables.ts'
import { growth, verify } from './verify.ts'

/** How a PostgreSQL store is opened. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; several hosts separated by commas; `?schema=` names the schema (default `holdfast`). */
  readonly url: string
  /** Connections at most. Default 8. */
  readonly connections?: number
  /** Of a store that is made now: how many logs it has. Default 8. */
  readonly partitions?: number
  /** Milliseconds in which what meets a lost connection is tried again. Default 15,000. */
  readonly patience?: number
  /** Milliseconds after which an answer is not awaited any longer. Default 10,000. */
  readonly timeout?: number
}

/**
 * Opens a PostgreSQL database as an engine, for any number of processes; makes its tables where there are none.
 * @throws invalid for an unusable URL or a schema of another program; needs_migration; unauthenticated; forbidden; not_found; unavailable
 */
export async function openPostgresEngine(options: PostgresOptions): Promise<Engine> {
  const { connections = 8, patience = 15_000, timeout = 10_000 } = options
  const address = parseAddress(options.url)
  const db = new Database(address, { connections, patience, timeout })
  try {
    const { storeId, partitions } = await prepare(db, options.partitions ?? 8)
    return createEngine(db, { db, schema: address.schema, partitions }, storeId)
  } catch (error) {
    await db.close()
    throw error
  }
}

/**
 * Whether there is a store, without making one.
 * @throws as `openPostgresEngine` where that cannot be told
 */
export async function hasPostgresStore({ url, patience = 15_000, timeout = 10_000 }: PostgresOptions): Promise<boolean> {
  const address = parseAddress(url)
  const db = new Database(address, { connections: 1, patience, timeout })
  try {
    return (await identityOf(db, address.schema)) !== undefined
  } finally {
    await db.close()
  }
}

function createEngine(db: Database, tables: Tables, storeId: string): Engine {
  const reads = createReads(tables)
  const news = new News(tables.partitions, reads.heads)
  return {
    name: 'postgres',
    storeId,
    partitions: tables.partitions,
    ...reads,
    async commit(batch) {
      const receipts = await apply(tables, batch)
      news.own(receipts)
      return receipts
    },
    poll: () => news.poll(),
    claim: (request) => claim(tables, request),
    renew: (claims, lease) => renew(tables, claims, lease),
    outbox: (query) => listOutbox(tables, query),
    tally: (tenant, now, most) => tally(tables, tenant, now, most),
    outboxRow: (id) => outboxRow(tables, id),
    nextDue: (queues) => nextDue(tables, queues),
    adopt: (num, entries, last) => adopt(tables, num, entries, last),
    sweep: (request) => sweep(tables, request),
    verify: () => verify(tables),
    growth: (top) => growth(tables, top),
    close: () => db.close(),
  }
}

/** One call, one transaction. The batch has a name of its own: sent again after a lost answer, it is answered as it was. */
async function apply({ db, schema, partitions }: Tables, batch: readonly Commit[]): Promise<readonly Receipt[]> {
  if (batch.length === 0) return []
  const { columns, bytes } = encodeBatch(batch, partitions)
  const [row] = await db.query<{ receipts: EncodedReceipt[] }>(`select ${schema}.apply($1, $2, $3, $4) as receipts`, [
    randomId(),
    partitions,
    columns,
    bytes,
  ])
  return (row?.receipts ?? []).map(decodeReceipt)
}
