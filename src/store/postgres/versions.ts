import type { Chain, KeyRange, VersionRow } from '../engine.ts'
import { CLASSES, OPS, ordinal, TOP } from '../words.ts'
import { partOf, type Tables } from './tables.ts'

/** One row on the way to a past version: a superseded version, or the current one. */
interface Step {
  readonly key: string
  readonly seq: number
  /** Null for the current version. */
  readonly until: number | null
  readonly op: number
  readonly subject: string | null
  readonly segment: Uint8Array | null
}

const STATE = ordinal(CLASSES, 'state')
const PATCH = ordinal(OPS, 'patch')
/** Patches are followed this many at a time. */
const PAGE = 32
const NOTHING = new Uint8Array(0)

/**
 * The steps of one key from the version that was current at $3 on, oldest first: superseded versions by their index, then the
 * current one.
 */
const steps = (schema: string, key: string): string => `
  select * from (
    (select key, seq, until, op, subject, segment from ${schema}.change where part = $1 and num = $2 and key = ${key}
      and seq >= (select max(seq) from ${schema}.change where part = $1 and num = $2 and key = ${key} and seq <= $3) order by seq limit ${PAGE})
    union all
    select key, seq, null, 0, subject, segment from ${schema}.entry where part = $1 and num = $2 and key = ${key} and class = ${STATE}
  ) as step`

export async function version(t: Tables, num: number, key: string, seq: number): Promise<Chain | undefined> {
  const found = await t.db.query<Step>(`${steps(t.schema, '$4')} order by seq`, [partOf(t, num), num, seq, key])
  return chainOf(t, num, key, seq, found)
}

/** Keys whose entries are gone have superseded versions still: both tables tell which keys there were. */
export async function versions(t: Tables, num: number, range: KeyRange, seq: number, limit: number): Promise<Chain[]> {
  const found: Chain[] = []
  const { schema } = t
  const next = (table: string, bound: string): string =>
    `(select key from ${schema}.${table} where part = $1 and num = $2 and ${bound} and key < $5 order by key limit 1)`
  const either = (bound: string): string =>
    `(select min(key) from (${next('entry', bound)} union all ${next('change', bound)}) as first)`
  const sql = `with recursive keys(key) as (select ${either('key >= $4')} union all select ${either('key > keys.key')} from keys where key is not null),
    wanted as materialized (select key from keys where key is not null limit 256)
    select wanted.key as at, step.* from wanted left join lateral (${steps(schema, 'wanted.key')}) as step on true order by wanted.key, step.seq`
  for (let from = range.from; ; ) {
    const rows = await t.db.query<Step & { at: string }>(sql, [partOf(t, num), num, seq, from, range.to ?? TOP])
    const byKey = Map.groupBy(rows, (row) => row.at)
    for (const [key, own] of byKey) {
      const chain = await chainOf(
        t,
        num,
        key,
        seq,
        own.filter((step) => step.key !== null),
      )
      if (chain !== undefined && found.push(chain) === limit) return found
    }
    const last = rows.at(-1)
    if (last === undefined || byKey.size < 256) return found
    from = `${last.at}\u0001`
  }
}

async function chainOf(t: Tables, num: number, key: string, seq: number, steps: readonly Step[]): Promise<Chain | undefined> {
  const current = steps.find((step) => step.until === null)
  if (current !== undefined && current.seq <= seq) return { key, subject: current.subject, versions: [toVersion(current)] }
  const [first] = steps
  if (first === undefined || first.until === null || first.seq > seq) return undefined
  if (first.until <= seq) return { key, subject: first.subject, versions: [{ seq: first.until, op: 'absent', segment: NOTHING }] }
  const versions: VersionRow[] = []
  for (let page = steps; ; ) {
    const whole = page.findIndex((step) => step.op !== PATCH)
    // The current version is whole; only the last page holds nothing that comes before it.
    const superseded = page.filter((step) => step.until !== null).length
    const isComplete = whole !== -1 && (page[whole]?.until !== null || superseded < PAGE)
    versions.push(...(isComplete ? page.slice(0, whole + 1) : page.filter((step) => step.until !== null)).map(toVersion))
    const last = versions.at(-1)
    if (isComplete || last === undefined || superseded === 0) return { key, subject: first.subject, versions }
    page = await following(t, num, key, last.seq)
  }
}

/** The next page of steps behind a position. */
function following(t: Tables, num: number, key: string, seq: number): Promise<Step[]> {
  const sql = `select * from ((select key, seq, until, op, subject, segment from ${t.schema}.change where part = $1 and num = $2 and key = $4 and seq > $3
    order by seq limit ${PAGE}) union all select key, seq, null, 0, subject, segment from ${t.schema}.entry where part = $1 and num = $2 and key = $4
    and class = ${STATE}) as step order by seq`
  return t.db.query<Step>(sql, [partOf(t, num), num, seq, key])
}

function toVersion({ seq, op, segment }: Step): VersionRow {
  return segment === null ? { seq, op: 'absent', segment: NOTHING } : { seq, op: OPS[op] ?? 'image', segment }
}
