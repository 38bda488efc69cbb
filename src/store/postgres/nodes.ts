import type { NodeBeat, NodeRegistry, NodeRow } from '../engine.ts'
import type { Tables } from './tables.ts'

/** Nodes that nobody has heard of for so long are forgotten. */
const REMEMBERED = '1 day'

const COLUMNS = ['id', 'name', 'pid', 'version', 'address', 'started', 'state', 'lease', 'load'] as const

/** Milliseconds since the epoch. */
const millis = (time: string): string => `floor(extract(epoch from ${time}) * 1000)::bigint`

/** See `NodeRegistry`. Times are the database's: nodes need not agree on theirs. */
export function createNodes({ db, schema }: Tables): NodeRegistry {
  const others = COLUMNS.slice(1).map((column) => `${column} = excluded.${column}`)
  return {
    async beat(beat: NodeBeat): Promise<number> {
      const sql = `with old as (delete from ${schema}.node where seen < now() - interval '${REMEMBERED}' and id <> $1)
        insert into ${schema}.node (${COLUMNS.join(', ')}, seen) values (${COLUMNS.map((_, i) => `$${i + 1}`).join(', ')}, now())
        on conflict (id) do update set ${others.join(', ')}, seen = excluded.seen returning ${millis('seen')} as now`
      const [row] = await db.query<{ now: number }>(
        sql,
        COLUMNS.map((column) => beat[column]),
      )
      return row?.now ?? 0
    },
    list: () =>
      db.query<NodeRow>(
        `select ${COLUMNS.join(', ')}, ${millis('seen')} as seen, greatest(0, ${millis('now()')} - ${millis('seen')}) as silent
        from ${schema}.node order by name collate "C", started, id collate "C"`,
      ),
    async leave(id: string): Promise<void> {
      await db.query(`delete from ${schema}.node where id = $1`, [id])
    },
  }
}
