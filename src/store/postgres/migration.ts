import { HoldfastError, randomId } from '../../core/index.ts'
import { APPLY } from './apply.ts'
import { APPLY_PLAIN } from './apply-plain.ts'
import { APPLY_SINGLE } from './apply-single.ts'
import type { Database, Queryable } from './database.ts'
import { SCHEMA_VERSION, TABLES } from './schema.ts'
import { foresee } from './statistics.ts'
import { UPKEEP } from './upkeep.ts'

/** What a store says of itself. */
export interface Identity {
  readonly storeId: string
  readonly partitions: number
}

/** What makes a schema of each version one of the next, the first of version 1. */
const steps: readonly ((schema: string) => string)[] = [(schema) => functionsIn(schema, APPLY_SINGLE)]

/** Settings under which our functions plan: on tables that were empty a moment ago, statistics mislead. */
const PLANNING =
  'set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan'

/**
 * Makes the tables where there are none, or brings older ones up to this version; of several processes at once, one does it.
 * @throws needs_migration for a schema that a newer Holdfast made, invalid for one that is not ours, forbidden without the right
 */
export async function prepare(db: Database, partitions: number): Promise<Identity> {
  const { schema, shown } = db.address
  const found = await identityOf(db, schema)
  if (found !== undefined && found.version === SCHEMA_VERSION) return found
  return db.transaction(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('holdfast ' || $1, 0))`, [schema])
    const now = await identityOf(tx, schema)
    if (now === undefined) return create(tx, schema, shown, partitions)
    if (now.version > SCHEMA_VERSION) {
      const message = `${shown} was made by a newer Holdfast (schema ${now.version}, this one knows ${SCHEMA_VERSION}). Upgrade Holdfast; nothing was touched`
      throw new HoldfastError('needs_migration', message, { stored: String(now.version), supported: String(SCHEMA_VERSION) })
    }
    for (const step of steps.slice(now.version - 1)) await tx.query(within(schema, step(schema)))
    await tx.query(`update ${schema}.meta set value = $1 where name = 'version'`, [String(SCHEMA_VERSION)])
    return now
  })
}

async function create(tx: Queryable, schema: string, shown: string, partitions: number): Promise<Identity> {
  const [about] = await tx.query<{ encoding: string; tables: number; made: boolean }>(
    `select current_setting('server_encoding') as encoding, count(*)::int as tables,
      exists (select from pg_namespace where nspname = $1) as made from pg_tables where schemaname = $1`,
    [schema],
  )
  if (about?.encoding !== 'UTF8')
    throw new HoldfastError('invalid', `The database ${shown} is encoded in ${about?.encoding}; create one with encoding UTF8`, {
      path: 'store',
    })
  if (about.tables > 0) {
    const message = `The schema ${schema} of ${shown} holds tables of another program. Name another one: ?schema=agents`
    throw new HoldfastError('invalid', message, { path: 'store' })
  }
  // Asked for first: who may create tables in a schema need not have the right to create one.
  if (!about.made) await tx.query(`create schema ${schema}`)
  await tx.query(within(schema, `${TABLES}${functionsIn(schema, APPLY, APPLY_PLAIN, APPLY_SINGLE, UPKEEP)}`))
  await tx.query(within(schema, foresee(partitions)))
  const storeId = randomId()
  const values = Object.entries({ version: SCHEMA_VERSION, store: storeId, partitions })
  for (const [name, value] of values) await tx.query(`insert into ${schema}.meta values ($1, $2)`, [name, String(value)])
  await tx.query(`insert into ${schema}.counter select part, 0, 0, 0 from generate_series(0, $1 - 1) as part`, [partitions])
  return { storeId, partitions }
}

/** Functions find their tables whatever the caller's search path is. */
function functionsIn(schema: string, ...functions: readonly string[]): string {
  const settings = `set search_path = ${schema}, pg_temp ${PLANNING}`
  return functions.join(';\n').replaceAll('language plpgsql', `language plpgsql ${settings}`)
}

/** Statements that say names alone, for one schema. */
function within(schema: string, sql: string): string {
  return `set local search_path = ${schema}, pg_temp;\n${sql};\nset local search_path = default`
}

/**
 * What the table `meta` says; undefined where there is none of ours. It is looked for in a table of the catalogue: functions such as
 * `to_regclass` may answer out of a cache that has not heard yet of what another connection has just made.
 */
export async function identityOf(db: Queryable, schema: string): Promise<(Identity & { version: number }) | undefined> {
  const [table] = await db.query<{ columns: string | null }>(
    `select string_agg(attname || ' ' || atttypid::regtype, ', ' order by attnum) as columns from pg_attribute
      join pg_class on pg_class.oid = attrelid join pg_namespace on pg_namespace.oid = relnamespace
      where nspname = $1 and relname = 'meta' and attnum > 0`,
    [schema],
  )
  if (table?.columns !== 'name text, value text') return undefined
  const rows = await db.query<{ name: string; value: string }>(`select name, value from ${schema}.meta`)
  const read = (name: string): string => rows.find((row) => row.name === name)?.value ?? ''
  const [version, partitions, storeId] = [Number(read('version')), Number(read('partitions')), read('store')]
  return version > 0 && partitions > 0 && storeId !== '' ? { storeId, partitions, version } : undefined
}
