import { afterAll, beforeAll, expect, test } from 'vitest'
import { commit, on, promise, ref, set, write } from '../contract/harness.ts'
import { parseAddress } from './address.ts'
import { APPLY } from './apply.ts'
import { Database, type Queryable } from './database.ts'
import { openPostgresEngine } from './index.ts'
import { prepare } from './migration.ts'
import { claim, listOutbox, nextDue, outboxRow, renew, tally } from './outbox.ts'
import { createReads } from './reads.ts'
import { TABLE_NAMES } from './schema.ts'
import { PostgresServer } from './server.testing.ts'
import type { Tables } from './tables.ts'
import { UPKEEP } from './upkeep.ts'

const SCHEMA = 'st'
const PARTITIONS = 4

let server: PostgresServer
let db: Database

beforeAll(async () => {
  server = await PostgresServer.start()
  const url = `${server.url()}?schema=${SCHEMA}`
  const engine = await openPostgresEngine({ url, partitions: PARTITIONS, connections: 2 })
  for (let i = 0; i < 400; i++) {
    const entity = on(`e${i}`, {
      writes: [set('k', `${i}`)],
      terms: [{ name: 'tag', values: [`${i % 20}`], subject: null }],
      root: 'r',
    })
    await engine.commit([commit({ entities: [entity], outbox: [promise(`o${i}`, { entity: ref(`e${i}`), due: i })] })])
  }
  await write(engine, 'e1', [set('k', 'again')])
  await engine.close()
  await server.query(`analyze`)
  db = new Database(parseAddress(url), { connections: 2, patience: 1000, timeout: 10_000 })
  await prepare(db, PARTITIONS)
})
afterAll(async () => {
  await db.close()
  await server.stop()
})

/** Statements that go through, with their values. */
class Listener implements Queryable {
  readonly heard: { readonly text: string; readonly values: readonly unknown[] }[] = []

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    this.heard.push({ text, values })
    return db.query<Row>(text, values)
  }
}

/** Every way the engine reads and claims, by name: what a hot path sends. */
function calls(t: Tables): Readonly<Record<string, () => Promise<unknown>>> {
  const reads = createReads(t)
  const range = { from: 'a', to: 'z' }
  return {
    entity: () => reads.entity(ref('e1')),
    entityByNum: () => reads.entityByNum(5),
    'entities by id': () => reads.entities({ tenant: 'acme', kind: 'doc', order: 'id', limit: 5 }),
    'entities by change': () => reads.entities({ tenant: 'acme', kind: 'doc', order: 'updated', limit: 5 }),
    'entities of a root': () => reads.entities({ tenant: 'acme', root: 'r', order: 'id', limit: 5 }),
    expired: () => reads.expired(5, 5),
    find: () => reads.find({ tenant: 'acme', kind: 'doc', name: 'tag', value: '3', limit: 5 }),
    'find a range': () => reads.find({ tenant: 'acme', kind: 'doc', name: 'tag', value: { from: '1', to: '2' }, limit: 5 }),
    count: () => reads.count('acme', 'doc', 5),
    terms: () => reads.terms(5),
    entry: () => reads.entry(5, 'k'),
    entries: () => reads.entries(5, range, 5),
    version: () => reads.version(5, 'k', 1),
    versions: () => reads.versions(5, range, 1, 5),
    log: () => reads.log({ partition: 1, after: 3, limit: 5 }),
    history: () => reads.history({ num: 5, order: 'newest', limit: 5 }),
    idempotency: () => reads.idempotency('acme', 'i'),
    forks: () => reads.forks({ num: 5, limit: 5 }),
    claim: () => claim(t, { owner: 'o', queues: ['mail'], now: 3, lease: 9, limit: 2 }),
    renew: () => renew(t, [{ id: 'o1', epoch: 1 }], 9),
    outbox: () => listOutbox(t, { tenant: 'acme', after: 'o', limit: 5 }),
    tally: () => tally(t, 'acme', 5, 5),
    outboxRow: () => outboxRow(t, 'o1'),
    nextDue: () => nextDue(t, ['mail']),
  }
}

async function sent(call: (t: Tables) => Promise<unknown>): Promise<Listener['heard']> {
  const listener = new Listener()
  await call({ db: listener, schema: SCHEMA, partitions: PARTITIONS })
  expect(listener.heard.length).toBeGreaterThan(0)
  return listener.heard
}

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Cond'?: string
  readonly Plans?: readonly Plan[]
}

function* nodesOf(plan: Plan): Generator<Plan> {
  yield plan
  for (const inner of plan.Plans ?? []) yield* nodesOf(inner)
}

/** How a statement would be run on tables that are too long to walk through. */
async function planOf(text: string, values: readonly unknown[]): Promise<Plan | undefined> {
  return db.transaction(async (tx) => {
    await tx.query('set local enable_seqscan = off')
    const [row] = await tx.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(`explain (format json) ${text}`, values)
    return row?.['QUERY PLAN'][0]?.Plan
  })
}

const names = Object.keys(calls({ db: { query: async () => [] }, schema: SCHEMA, partitions: PARTITIONS }))

/** `meta` and `node` hold nothing of entities. */
test('every key and index of every table is led by the partition', async () => {
  const indexes = await db.query<{ name: string; table: string; first: string }>(
    `select index.relname as name, table_.relname as table, attname as first from pg_index
      join pg_class as index on index.oid = indexrelid join pg_class as table_ on table_.oid = indrelid
      join pg_namespace on pg_namespace.oid = table_.relnamespace
      join pg_attribute on attrelid = indrelid and attnum = indkey[0]
      where nspname = $1 and table_.relname not in ('meta', 'node') order by 1`,
    [SCHEMA],
  )
  expect(new Set(indexes.map(({ table }) => table))).toEqual(new Set([...TABLE_NAMES, 'counter', 'applied']))
  expect(indexes.filter(({ first }) => first !== 'part')).toEqual([])
})

test.each(names)('%s names the partition wherever it reads a table, and reaches it by an index', async (name) => {
  for (const { text, values } of await sent((t) => calls(t)[name]?.() ?? Promise.resolve())) {
    const tables = [...text.matchAll(new RegExp(`${SCHEMA}\\.(${TABLE_NAMES.join('|')})\\b`, 'g'))]
    expect(tables.length).toBeGreaterThan(0)
    const plan = await planOf(text, values)
    const visits = [...(plan === undefined ? [] : nodesOf(plan))].filter((node) => node['Node Type'].endsWith('Scan'))
    const seen = visits.filter((node) => node['Relation Name'] !== undefined && node['Node Type'] !== 'Bitmap Heap Scan')
    for (const node of seen)
      expect([node['Node Type'], node['Relation Name'], node['Index Cond']]).toEqual([
        expect.stringMatching(/^Index/),
        node['Relation Name'],
        expect.stringMatching(/\bpart\b/),
      ])
  }
})

test('every statement of a function on a table names its partition, or follows rows that were found by it', () => {
  for (const sql of [APPLY, UPKEEP]) {
    const statements = sql
      .split(';')
      .filter((each) => new RegExp(`\\b(from|join|update|into) (${TABLE_NAMES.join('|')}|counter|applied)\\b`).test(each))
    expect(statements.length).toBeGreaterThan(5)
    for (const each of statements) expect(each).toMatch(/\bpart\b|p_part|parts\[|_part\[|counter/)
  }
})
