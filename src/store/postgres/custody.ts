import { held, heldMessage, notEmpty, unfilled } from '../custody.ts'
import type { Filling, Hold } from '../engine.ts'
import type { Queryable } from './database.ts'
import { STOPPED_STATE, TABLE_NAMES } from './schema.ts'
import type { Tables, WholeTables } from './tables.ts'

/** Rows of the table `meta`. */
const HOLD = 'hold'
const FILLING = 'filling'
/** There only inside a transaction that fills: nobody else ever sees it. */
const FILLER = 'filler'
/** The trigger that stops a store, on every table, and its function. */
const STOPPED = 'stopped'

/** What is stopped. */
interface Stop {
  readonly tables: readonly string[]
  readonly verbs: string
}

const CHANGING: Stop = { tables: TABLE_NAMES, verbs: 'insert or update or delete' }
/** Commits delete nothing of these. */
const FORGETTING: Stop = { tables: ['change', 'log', 'outbox', 'idempotency'], verbs: 'delete' }

export function holdOf(t: Tables): Promise<Hold | undefined> {
  return read<Hold>(t.db, t.schema, HOLD)
}

export function fillingOf(t: Tables): Promise<Filling | undefined> {
  return read<Filling>(t.db, t.schema, FILLING)
}

async function read<Value>(db: Queryable, schema: string, name: string): Promise<Value | undefined> {
  const [row] = await db.query<{ value: string }>(`select value from ${schema}.meta where name = $1`, [name])
  return row && (JSON.parse(row.value) as Value)
}

async function write(db: Queryable, schema: string, name: string, value: unknown): Promise<void> {
  const sql = `insert into ${schema}.meta values ($1, $2) on conflict (name) do update set value = excluded.value`
  await db.query(sql, [name, JSON.stringify(value)])
}

/**
 * See `Transfer.setHold`. A store is stopped by triggers: they bind every process from its next statement on and cost nothing while there
 * are none. Making one waits for the transactions that are writing.
 */
export async function setHold({ db, schema }: WholeTables, shown: string, hold: Hold | null): Promise<void> {
  await db.transaction(async (tx) => {
    await lock(tx, schema)
    await start(tx, schema)
    if (hold === null) await tx.query(`delete from ${schema}.meta where name = $1`, [HOLD])
    else await write(tx, schema, HOLD, hold)
    if (hold !== null) await stop(tx, schema, heldMessage(shown, hold), hold.stage === 'copying' ? FORGETTING : CHANGING)
  })
}

/** Keeps everybody from writing until this transaction ends: tables in one order, so that two that do this do not meet. */
async function lock(tx: Queryable, schema: string): Promise<void> {
  const tables = ['counter', ...TABLE_NAMES].map((table) => `${schema}.${table}`)
  await tx.query(`lock table ${tables.join(', ')} in share row exclusive mode`)
}

async function stop(tx: Queryable, schema: string, message: string, { tables, verbs }: Stop): Promise<void> {
  const quoted = `'${message.replaceAll("'", "''").replaceAll('%', '%%')}'`
  await tx.query(`create or replace function ${schema}.${STOPPED}() returns trigger language plpgsql as $stopped$ begin
    if exists (select 1 from ${schema}.meta where name = '${FILLER}') then
      return null;
    end if;
    raise exception ${quoted} using errcode = '${STOPPED_STATE}';
  end $stopped$`)
  for (const table of tables) {
    await tx.query(`create trigger ${STOPPED} after ${verbs} on ${schema}.${table}
      for each row execute function ${schema}.${STOPPED}()`)
  }
}

async function start(tx: Queryable, schema: string): Promise<void> {
  for (const table of TABLE_NAMES) await tx.query(`drop trigger if exists ${STOPPED} on ${schema}.${table}`)
}

/** @throws unavailable while the store is held */
export async function refuseHeld(t: Tables, shown: string): Promise<void> {
  const hold = await holdOf(t)
  if (hold !== undefined) throw held(shown, hold)
}

/** @throws unavailable for a store that is not complete */
export async function refuseUnfilled(t: Tables, shown: string): Promise<void> {
  const filling = await fillingOf(t)
  if (filling !== undefined) throw unfilled(shown, filling)
}

/** See `Transfer.begin`. */
export async function begin({ db, schema }: WholeTables, shown: string, filling: Filling): Promise<void> {
  await db.transaction(async (tx) => {
    await lock(tx, schema)
    const [{ used } = { used: true }] = await tx.query<{ used: boolean }>(
      `select exists (select 1 from ${schema}.entity) or exists (select 1 from ${schema}.idempotency)
        or exists (select 1 from ${schema}.meta where name = $1) as used`,
      [FILLING],
    )
    if (used) throw notEmpty(shown)
    await write(tx, schema, FILLING, filling)
    await stop(tx, schema, unfilled(shown, filling).message, CHANGING)
  })
}

/** Runs `work` as the one that may write into a store that is being filled, and notes how far that has brought it. */
export async function asFiller(
  { db, schema }: WholeTables,
  journal: string,
  work: (tx: Queryable) => Promise<void>,
): Promise<void> {
  await db.transaction(async (tx) => {
    await write(tx, schema, FILLER, true)
    await work(tx)
    const filling = await read<Filling>(tx, schema, FILLING)
    if (filling !== undefined) await write(tx, schema, FILLING, { ...filling, journal })
    await tx.query(`delete from ${schema}.meta where name = $1`, [FILLER])
  })
}

/** See `Transfer.complete`. */
export async function complete({ db, schema }: WholeTables, storeId: string): Promise<void> {
  await db.transaction(async (tx) => {
    await start(tx, schema)
    await tx.query(`update ${schema}.meta set value = $1 where name = 'store'`, [storeId])
    await tx.query(`delete from ${schema}.meta where name = $1`, [FILLING])
  })
}
