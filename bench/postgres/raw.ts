import pg from 'pg'
import { makeSplice } from '../../src/core/index.ts'

/**
 * The rows that the engine writes when an entry of each of `entities` entities is overwritten, in one statement over one connection:
 * the superseded version (as a patch), the entry, the record in the log, the entity's head. The engine's own tables and indexes, but no
 * checks, reads, codec, cache or counter.
 */
export interface RawBatch {
  /** Overwrites the entry of every entity once, in one transaction. */
  commit(value: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** `schema` is one that the engine has made and nobody else uses. */
export async function openRawBatch(url: string, schema: string, entities: number, first: Uint8Array): Promise<RawBatch> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const nums = Array.from({ length: entities }, (_, i) => i + 1)
  const all = (value: Uint8Array): Buffer[] => nums.map(() => Buffer.from(value))
  await client.query(
    `insert into ${schema}.entity select 0, n, 'default', 'session', 'session-' || n, null, null, null, null, 1, n, n, n, false, 'entry', 1, 1, 0, null
     from unnest($1::bigint[]) as n`,
    [nums],
  )
  await client.query(
    `insert into ${schema}.entry select 0, n, '/entry', n, 0, 0, null, v from unnest($1::bigint[], $2::bytea[]) as r(n, v)`,
    [nums, all(first)],
  )
  let seq = entities
  let current = first
  const sql = `with input as (select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[], $6::text[]) as r(n, seq, before, value, undo, name)),
    changed as (insert into ${schema}.change select 0, n, '/entry', before, seq, 1, null, undo from input),
    written as (insert into ${schema}.entry select 0, n, '/entry', seq, 0, 1, null, value from input
      on conflict (part, num, key) do update set seq = excluded.seq, run = excluded.run, segment = excluded.segment),
    logged as (insert into ${schema}.log select 0, seq, name, true, n, seq, 0, $7, 'local', null, null, null, null, null, '["/entry"]' from input)
    update ${schema}.entity set revision = input.seq, seq = input.seq, updated = $7, recent = $7 / 1000 from input where part = 0 and num = input.n`
  return {
    async commit(value) {
      const undo = makeSplice(value, current)
      const seqs = nums.map((_, i) => seq + i + 1)
      const names = seqs.map((each) => `commit-of-session-${each}`)
      await client.query(sql, [nums, seqs, seqs.map((each) => each - entities), all(value), all(undo), names, Date.now()])
      seq += entities
      current = value
    },
    close: () => client.end(),
  }
}
