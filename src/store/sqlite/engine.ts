import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Commit, Engine, Receipt } from '../engine.ts'
import { refKey } from '../ref.ts'
import { Checkpointer } from './checkpointer.ts'
import { Committer, type WriterMode } from './committer.ts'
import { type Connection, type ConnectionOptions, connect, type Durability } from './connection.ts'
import { refuseUnfilled } from './custody.ts'
import { isBusy, replaced } from './fault.ts'
import { identityOf } from './file.ts'
import { News } from './news.ts'
import { claim, listOutbox, nextDue, outboxRow, renew, tally } from './outbox.ts'
import { createReads } from './reads.ts'
import { adopt, sweep } from './sweep.ts'
import { createTransfer } from './transfer.ts'
import { growth, verify } from './verify.ts'
import { workload } from './workload.ts'

/** How a SQLite file is opened. */
export interface SqliteOptions {
  /** Path of the database file; its `-wal` and `-shm` files live beside it. */
  readonly file: string
  /** Default `full`. */
  readonly durability?: Durability
  /** Page cache in KiB. Default 16,384. */
  readonly cacheKib?: number
  /** Where commits are made: on the event loop, on a thread, or (default) wherever it is better at the moment. */
  readonly writer?: WriterMode
  /** Open a store that is being filled, which is refused else: to go on with it. */
  readonly filling?: boolean
}

/** How long a write outside the commit path waits for the lock: 2 seconds in all. */
const BUSY_ATTEMPTS = 400
const BUSY_PAUSE_MS = 5
/** Commits best handed over at once: on the event loop, and to the thread. */
const BATCH_HERE = 32
const BATCH_AWAY = 128

/**
 * Opens or creates a SQLite file as an engine.
 * @throws needs_migration, invalid, corrupt, not_found, unavailable: see `connect`; unavailable for a store that is being filled
 */
export function createSqliteEngine(options: SqliteOptions): Engine {
  const { durability = 'full', cacheKib = 16_384, writer = 'auto' } = options
  const file = resolve(options.file)
  const settings = { file, durability, cacheKib, busyTimeout: 0 }
  const connection = connectFilled(settings, options.filling ?? false)
  const identity = identityOf(file)
  const reads = createReads(connection)
  const committer = new Committer(connection, settings, writer)
  const checkpointer = new Checkpointer(file, committer.checkpoints)
  const news = new News(connection, reads.heads)
  const noted = (receipts: readonly Receipt[]): readonly Receipt[] => {
    news.own(receipts)
    return receipts
  }
  return {
    name: 'sqlite',
    storeId: connection.storeId,
    partitions: 1,
    get batch() {
      return committer.isAway ? BATCH_AWAY : BATCH_HERE
    },
    get inFlight() {
      return committer.isAway ? 2 : 1
    },
    transfer: createTransfer(connection, file, patiently, () => checkpointer.filled()),
    ...reads,
    entity: ({ tenant, kind, id }) => reads.entity(tenant, kind, id),
    commit(batch) {
      if (identityOf(file) !== identity) throw replaced(file)
      const width = widthOf(batch)
      checkpointer.written(batch, width)
      const receipts = committer.commit(batch, width)
      return receipts instanceof Promise ? receipts.then(noted) : noted(receipts)
    },
    poll: () => news.poll(),
    claim: (request) => patiently(() => claim(connection, request)),
    renew: (claims, lease) => patiently(() => renew(connection, claims, lease)),
    outbox: (query) => listOutbox(connection, query),
    tally: (tenant, now, most) => tally(connection, tenant, now, most),
    workload: (query) => workload(connection, query),
    outboxRow: (id) => outboxRow(connection, id),
    nextDue: (queues) => nextDue(connection, queues),
    adopt: (num, entries, last) => patiently(() => adopt(connection, file, num, entries, last)),
    sweep: (request) => patiently(() => sweep(connection, file, request)),
    async *verify() {
      yield* verify(connection)
    },
    growth: (top) => growth(connection, top, sizeOf(file) + sizeOf(`${file}-wal`)),
    async close() {
      await committer.close()
      connection.close()
    },
  }
}

function connectFilled(settings: ConnectionOptions, filling: boolean): Connection {
  const connection = connect(settings)
  try {
    if (!filling) refuseUnfilled(connection, settings.file)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

/** How many entities a batch changes. */
function widthOf(batch: readonly Commit[]): number {
  return new Set(batch.flatMap(({ entities }) => entities.map(({ entity }) => refKey(entity)))).size
}

/** Writes outside the commit path are rare: they wait for the lock without holding up the event loop. */
async function patiently<Result>(work: () => Result): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || attempt === BUSY_ATTEMPTS) throw error
      await setTimeout(BUSY_PAUSE_MS)
    }
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
