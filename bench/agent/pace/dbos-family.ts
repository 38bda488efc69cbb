import { PostgresServer } from '../../../src/store/postgres/server.testing.ts'
import type { Family } from '../../family.ts'
import { absent, missingPeers } from '../peers.ts'
import { compare, MANY, type Pair } from './compare.ts'
import { Racer } from './racer.ts'
import { transactions } from './transactions.ts'

const figures = ['steps_vs_dbos', 'steps1_vs_dbos', 'pg_transactions_per_run', 'pg_transactions_per_run_many'] as const

/** Runs on PostgreSQL, beside DBOS on another database of the same server, which waits for its disk. */
export const besideDbos: Family<(typeof figures)[number]> = {
  figures,
  async measure(options) {
    const missing = missingPeers()
    if (missing !== undefined) return absent(figures, missing)
    const server = await PostgresServer.start({ durable: true })
    const racers: Racer[] = []
    try {
      for (const [name, database] of Object.entries({ holdfast: 'ours', dbos: 'peer' })) {
        await server.query(`create database ${database}`)
        racers.push(await Racer.start(new URL(`${name}-child.ts`, import.meta.url), [server.url(database)]))
      }
      const [ours, peer] = racers as [Racer, Racer]
      const pair: Pair = { ours, peer, name: 'DBOS' }
      const alone = await compare(pair, 1, options)
      const many = await compare(pair, MANY, options)
      const costs = await transactions(server, pair, options)
      return {
        steps_vs_dbos: many,
        steps1_vs_dbos: alone,
        pg_transactions_per_run: costs.alone,
        pg_transactions_per_run_many: costs.many,
      }
    } finally {
      await Promise.all(racers.map((racer) => racer.stop()))
      await server.stop()
    }
  },
}
