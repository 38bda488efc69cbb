import { randomId } from '../../core/index.ts'
import type { Commit, Engine, Receipt } from '../engine.ts'
import { parseAddress } from './address.ts'
import { Answers } from './answers.ts'
import { decodeReceipt, type EncodedReceipt, encodeBatch } from './batch.ts'
import type { EncodedBatch } from './columns.ts'
import { refuseHeld, refuseUnfilled } from './custody.ts'
import { Database } from './database.ts'
import { identityOf, prepare } from './migration.ts'
import { News } from './news.ts'
import { createNodes } from './nodes.ts'
import { claim, listOutbox, nextDue, outboxRow, renew, tally } from './outbox.ts'
import { PlainBatch } from './plain.ts'
import type { PlainAnswer } from './plain-answer.ts'
import { createReads } from './reads.ts'
import { ServerClock } from './server-clock.ts'
import { SingleCommit } from './single.ts'
import { adopt, sweep } from './sweep.ts'
import type { Tables, WholeTables } from './tables.ts'
import { createTransfer } from './transfer.ts'
import { growth, verify } from './verify.ts'
import { workload } from './workload.ts'

/** A call costs as much as some forty of its commits. */
const BATCH = 64

/** How a PostgreSQL store is opened. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; several hosts separated by commas; `?schema=` names the schema (default `holdfast`). */
  readonly url: string
  /** Open a store that is being filled, which is refused else. */
  readonly filling?: boolean
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
    const tables = { db, schema: address.schema, partitions }
    if (options.filling !== true) await refuseUnfilled(tables, address.shown)
    return createEngine(db, tables, storeId, await ServerClock.start(db))
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

function createEngine(db: Database, tables: WholeTables, storeId: string, clock: ServerClock): Engine {
  const reads = createReads(tables)
  const unhurried = { ...tables, db: db.unhurried }
  const news = new News(tables.partitions, reads.heads)
  const answers = new Answers(tables.partitions)
  return {
    name: 'postgres',
    storeId,
    partitions: tables.partitions,
    batch: BATCH,
    inFlight: 2,
    transfer: createTransfer(tables, db.address.shown),
    clock,
    nodes: createNodes(tables),
    ...reads,
    async commit(batch) {
      const receipts = await answers.inOrder(apply(tables, batch))
      news.own(receipts)
      return receipts
    },
    poll: () => news.poll(),
    claim: (request) => claim(tables, request),
    renew: (claims, lease) => renew(tables, claims, lease),
    outbox: (query) => listOutbox(tables, query),
    tally: (tenant, now, most) => tally(tables, tenant, now, most),
    workload: (query) => workload(tables, query),
    outboxRow: (id) => outboxRow(tables, id),
    nextDue: (queues) => nextDue(tables, queues),
    async adopt(num, entries, last) {
      await refuseHeld(tables, db.address.shown)
      await adopt(tables, num, entries, last)
    },
    async sweep(request) {
      await refuseHeld(tables, db.address.shown)
      return sweep(unhurried, request)
    },
    verify: () => verify(unhurried),
    growth: (top) => growth(unhurried, top),
    probe: () => db.probe(),
    async close() {
      clock.stop()
      await db.close()
    },
  }
}

/** One call, one transaction. The batch has a name of its own: sent again after a lost answer, it is answered as it was. */
async function apply({ db, schema, partitions }: Tables, batch: readonly Commit[]): Promise<readonly Receipt[]> {
  if (batch.length === 0) return []
  const name = randomId()
  const call = async <Answer>(by: string, values: readonly unknown[]): Promise<Answer | undefined> => {
    const places = values.map((_, i) => `$${i + 2}`).join(', ')
    return (await db.query<{ answer: Answer }>(`select ${schema}.${by}($1, ${places}) as answer`, [name, ...values]))[0]?.answer
  }
  const callBatch = <Answer>(by: string, { columns, bytes }: EncodedBatch): Promise<Answer | undefined> =>
    call(by, [partitions, columns, bytes])
  const single = SingleCommit.of(batch, partitions)
  const one = single && (await call<PlainAnswer | null>('apply_single', single.values))
  if (single && one) return [single.receipt(one)]
  const plain = PlainBatch.of(batch, partitions)
  const answer = plain && (await callBatch<PlainAnswer | null>('apply_plain', plain.encoded))
  if (plain && answer) return plain.receipts(answer)
  return ((await callBatch<EncodedReceipt[]>('apply', encodeBatch(batch, partitions))) ?? []).map(decodeReceipt)
}
