import { z } from '@hono/zod-openapi'
import { json } from '../answer.ts'
import type { Call } from '../call.ts'
import { endpoint, none } from '../endpoint.ts'
import { attentionOf } from '../overview/attention.ts'
import { bytesOf, fileOf } from '../overview/store-size.ts'
import { MOST_COUNTED } from './sessions.ts'

const count = z.number().int()
const ms = z.number().nullable()

const attention = z
  .object({
    what: z.enum(['failed', 'stuck', 'waiting', 'invalid']),
    session: z.string().optional(),
    effect: z.string().optional(),
    since: count,
    message: z.string(),
  })
  .openapi('Attention')

const load = z
  .object({
    ...{ commits_per_second: z.number(), commit_p50_ms: ms, commit_p99_ms: ms, queue_depth: count },
    ...{ cache_bytes: count, cache_hits: count, cache_misses: count },
    outbox: z.object({ due: count, running: count, dead: count }),
    ...{ feed_subscribers: count, loop_delay_p99_ms: ms, rss_bytes: count },
    history: z.array(z.object({ at: count, commits: count, p99: ms })),
  })
  .openapi('Load')

const overview = z
  .object({
    attention: z.array(attention),
    load,
    nodes: z.object({ up: count, draining: count, dead: count }),
    sessions: z.object({ estimate: count }),
    store: z.object({ name: z.string(), file: z.string().optional(), bytes: count.nullable(), version: z.string() }),
  })
  .openapi('Overview')

export const getOverview = endpoint({
  method: 'get',
  path: '/v1/overview',
  name: 'overview',
  tag: 'operation',
  summary: 'What needs attention, and how loaded the store is',
  params: none,
  query: none,
  answer: { status: 200, description: 'The overview.', schema: overview },
  async handle(call) {
    const { hf, services } = call
    hf.runtime.ports.gate.check({ principal: call.principal, action: 'operate', kind: 'store' })
    const file = fileOf(hf.url)
    const store = {
      name: hf.store.engine.name,
      ...(file !== undefined && { file }),
      bytes: await bytesOf(hf.url),
      version: services.version,
    }
    const sessions = { estimate: await call.bot.sessions.count(MOST_COUNTED) }
    const nodes = await nodesOf(call)
    return json(200, { attention: await attentionOf(call), load: await loadOf(call), nodes, sessions, store })
  },
})

async function nodesOf({ bot }: Call): Promise<object> {
  const found = await bot.nodes.list()
  const count = (state: 'up' | 'draining'): number => found.filter((node) => node.alive && node.state === state).length
  return { up: count('up'), draining: count('draining'), dead: found.filter(({ alive }) => !alive).length }
}

async function loadOf(call: Call): Promise<object> {
  const { hf, services } = call
  const { history, ...reading } = services.load.read()
  const { due, running, dead } = await call.bot.effects.tally(MOST_COUNTED)
  return {
    ...reading,
    queue_depth: hf.runtime.pending,
    cache_bytes: hf.store.cacheBytes,
    cache_hits: hf.store.hits,
    cache_misses: hf.store.misses,
    outbox: { due, running, dead },
    feed_subscribers: services.subscriptions.size,
    rss_bytes: process.memoryUsage.rss(),
    history,
  }
}
