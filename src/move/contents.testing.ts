import { plain, same } from '../store/contract/harness.ts'
import { scanAt } from '../store/contract/reading.ts'
import type { Engine, EntityRef, EntityRow } from '../store/index.ts'

/** Rows asked for at once: more than tests make. */
const ALL = 10_000

/** Everything a store tells that is the same wherever it is: entities by name, positions as revisions. */
export async function contentsOf(engine: Engine): Promise<unknown> {
  const rows = (await engine.transfer?.entities(0, ALL)) ?? []
  const named = rows.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  return plain({
    entities: await Promise.all(named.map((row) => entityContents(engine, row))),
    outbox: await engine.transfer?.outbox('', ALL),
    idempotency: await engine.transfer?.idempotency(undefined, ALL),
    living: (await engine.entities({ tenant: 'acme', order: 'id', deleted: false, limit: ALL })).map(nameOf),
    tagged: (await engine.find({ tenant: 'acme', kind: 'doc', name: 'tag', value: { from: '' }, limit: ALL }))
      .map((row) => `${row.value} ${nameOf(row)}`)
      .toSorted(),
  })
}

async function entityContents(engine: Engine, row: EntityRow): Promise<unknown> {
  const { num, seq: _, born, floor, origin, ...rest } = row
  const records = await engine.history({ num, order: 'oldest', limit: ALL })
  const entries = await engine.entries(num, { from: '' }, ALL)
  return {
    ...rest,
    isWhole: born === floor,
    origin: origin && nameOf((await engine.entityByNum(origin.num)) ?? row),
    records: records.map(({ seq: _seq, num: _num, last: _last, ...record }) => record),
    past: await Promise.all(records.map(async ({ seq }) => Object.fromEntries(await scanAt(engine, num, seq)))),
    entries: entries.map(({ seq, ...entry }) => ({
      ...entry,
      since: records.findLast((each) => each.seq <= seq)?.revision ?? 0,
    })),
    terms: await engine.transfer?.terms(num),
  }
}

function nameOf({ tenant, kind, id }: EntityRef): string {
  return `${tenant} ${kind} ${id}`
}

/** Asserts that both stores tell the same. */
export async function expectSameContents(one: Engine, other: Engine): Promise<void> {
  same(await contentsOf(other), await contentsOf(one))
}
