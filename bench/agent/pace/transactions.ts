import { setTimeout } from 'node:timers/promises'
import type { PostgresServer } from '../../../src/store/postgres/server.testing.ts'
import type { Measured } from '../../figure.ts'
import { MANY, type Pair } from './compare.ts'
import type { Lap } from './race.ts'

/** A connection that has nothing to do reports what it has counted after ten seconds (PGSTAT_IDLE_INTERVAL). */
const REPORTED_MS = 10_500

/** The databases of the pair, as they stand at a moment. */
interface Counts {
  readonly at: number
  readonly ours: number
  readonly peer: number
}

/**
 * Transactions that a run costs: what the server counts for the database of each, committed and rolled back, less what it counts in as
 * much time when nothing runs, for looking whether something is due.
 */
export async function transactions(
  server: PostgresServer,
  { ours, peer, name }: Pair,
  { quick }: { readonly quick: boolean },
): Promise<Readonly<Record<'alone' | 'many', Measured>>> {
  const ms = quick ? 500 : 4000
  const before = await counted(server)
  await setTimeout(ms)
  const idle = since(before, await counted(server))
  const measured = async (inFlight: number): Promise<Measured> => {
    const from = await counted(server)
    const laps = { ours: await ours.lap({ inFlight, ms }), peer: await peer.lap({ inFlight, ms }) }
    const spent = since(from, await counted(server))
    const each = (who: 'ours' | 'peer', lap: Lap): number => (spent[who] - (idle[who] * spent.ms) / idle.ms) / lap.all
    const note = `${inFlight} in flight, ${laps.ours.all} runs, by pg_stat_database, less the ${perSecond(idle.ours, idle.ms)} a second of a process with nothing to do; ${name}: ${each('peer', laps.peer).toFixed(1)}, less ${perSecond(idle.peer, idle.ms)}`
    return { value: each('ours', laps.ours), note }
  }
  return { alone: await measured(1), many: await measured(MANY) }
}

function since(from: Counts, to: Counts) {
  return { ours: to.ours - from.ours, peer: to.peer - from.peer, ms: to.at - from.at }
}

function perSecond(count: number, ms: number): string {
  return ((count * 1000) / ms).toFixed(1)
}

/** What is counted up to now, and told later. */
async function counted(server: PostgresServer): Promise<Counts> {
  const at = performance.now()
  await setTimeout(REPORTED_MS)
  const rows = await server.query('select datname, xact_commit + xact_rollback as count from pg_stat_database')
  const of = (database: string): number => Number(rows.find(({ datname }) => datname === database)?.count)
  return { at, ours: of('ours'), peer: of('peer') }
}
