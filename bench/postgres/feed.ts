import { open } from '../../src/index.ts'
import { PostgresServer } from '../../src/store/postgres/server.testing.ts'
import { runChild } from '../child.ts'
import { count, type Family } from '../family.ts'

const NODES = 4

/** Four processes with 16 writers each, who race for 64 sessions, and watch: every one must see every record once, in order. */
export const feed: Family<'feed_wrong'> = {
  figures: ['feed_wrong'],
  async measure({ quick }) {
    const server = await PostgresServer.start({ durable: true })
    try {
      const total = quick ? 4000 : 100_000
      const hf = await open(server.url(), { worker: false })
      const cursor = await hf.feed.cursor()
      await hf.close()
      const started = performance.now()
      const program = new URL('feed-child.ts', import.meta.url)
      const nodes = Array.from({ length: NODES }, (_, node) =>
        runChild<{ seen: number; wrong: number }>(program, [server.url(), `${node}`, `${total / NODES}`, `${total}`, cursor]),
      )
      const found = await Promise.all(nodes)
      const seconds = (performance.now() - started) / 1000
      const note = `${count(total)} commits by ${NODES} nodes x 16 writers in ${seconds.toFixed(0)} s; each watched all: ${found.map(({ seen }) => count(seen)).join(', ')} seen`
      return { feed_wrong: { value: found.reduce((sum, { wrong }) => sum + wrong, 0), note } }
    } finally {
      await server.stop()
    }
  },
}
