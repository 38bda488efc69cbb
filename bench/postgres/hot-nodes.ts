import { open } from '../../src/index.ts'
import { PostgresServer } from '../../src/store/postgres/server.testing.ts'
import { runChild } from '../child.ts'
import { count, type Family } from '../family.ts'
import { interleave } from '../interleave.ts'
import { median, medianRatio } from '../percentile.ts'

const NODES = 3
const WRITERS = 16
/** Until all nodes are up. */
const BOOT_MS = 3000

/** Three processes whose writers all write one session, beside one process with one writer. */
export const hotNodes: Family<'hot_entity_three_nodes'> = {
  figures: ['hot_entity_three_nodes'],
  async measure({ quick }) {
    const server = await PostgresServer.start({ durable: true })
    try {
      await (await open(server.url(), { worker: false })).close()
      const [rounds, ms] = quick ? [1, 1000] : [5, 4000]
      const node = (writers: number, start: number): Promise<number> =>
        runChild(new URL('writer-child.ts', import.meta.url), [server.url(), `${writers}`, `${start}`, `${ms}`])
      const together = async (nodes: number, writers: number): Promise<number> => {
        const start = Date.now() + BOOT_MS
        const rates = await Promise.all(Array.from({ length: nodes }, () => node(writers, start)))
        return rates.reduce((sum, rate) => sum + rate, 0)
      }
      const { three, one } = await interleave(rounds, { three: () => together(NODES, WRITERS), one: () => together(1, 1) })
      const note = `3 nodes with 16 writers each on one session: ${count(median(three))}/s; one writer on one node: ${count(median(one))}/s`
      return { hot_entity_three_nodes: { value: medianRatio(three, one), note } }
    } finally {
      await server.stop()
    }
  },
}
