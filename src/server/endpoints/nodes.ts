import { z } from '@hono/zod-openapi'
import type { NodeReport, NodeStatus } from '../../runtime/index.ts'
import { json } from '../answer.ts'
import { endpoint, none } from '../endpoint.ts'

const count = z.number().int()
const time = count.openapi({ description: 'Milliseconds since the epoch.' })

const node = z
  .object({
    id: z.string().openapi({ description: 'The owner that its claims name.' }),
    name: z.string().openapi({ description: 'The machine it runs on.' }),
    pid: count,
    version: z.string(),
    address: z.string().nullable(),
    started: time,
    state: z.enum(['up', 'draining', 'dead']),
    self: z.boolean().openapi({ description: 'It has answered this request.' }),
    lease_ms: count.openapi({ description: 'Silent for longer, it counts as dead.' }),
    seen: time.openapi({ description: 'Its last beat, by the clock of the database.' }),
    silent_ms: count,
    load: z.object({
      ...{
        running: count.optional(),
        pending: count.optional(),
        behind: count.optional(),
        requests_per_second: z.number().optional(),
      },
      ...{ loop_delay_p99_ms: z.number().optional(), clock_skew_ms: count.optional(), rss_bytes: count.optional() },
    }),
  })
  .openapi('Node')

const claims = z
  .object({
    ...{ owner: z.string(), queue: z.string(), count, lapsed: count },
    oldest: time.openapi({ description: 'When the oldest of them was due.' }),
    until: time.openapi({ description: 'When the last of the leases ends.' }),
  })
  .openapi('Claims')

const queue = z
  .object({
    ...{ queue: z.string(), due: count, dead: count },
    lag_ms: count.openapi({ description: 'How long the oldest that waits has been due.' }),
  })
  .openapi('Queue')

const nodes = z
  .object({
    registered: z.boolean().openapi({ description: 'False where the store is for one machine: then only this process is told.' }),
    nodes: z.array(node),
    claims: z.array(claims),
    queues: z.array(queue),
  })
  .openapi('Nodes')

export const getNodes = endpoint({
  method: 'get',
  path: '/v1/nodes',
  name: 'nodes',
  tag: 'operation',
  summary: 'Which processes work on the store, what they run, what waits',
  params: none,
  query: none,
  answer: { status: 200, description: 'Nodes, claims by node and queue, queues; of all tenants.', schema: nodes },
  handle: async (call) => json(200, bodyOf(await call.bot.nodes.report())),
})

function bodyOf({ registered, nodes, claims, queues }: NodeReport): object {
  return {
    registered,
    nodes: nodes.map(nodeOf),
    claims,
    queues: queues.map(({ queue, due, dead, lag }) => ({ queue, due, dead, lag_ms: lag })),
  }
}

function nodeOf({ id, name, pid, version, address, started, state, alive, self, lease, seen, silent, load }: NodeStatus): object {
  const { running, pending, behind, requests, delay, skew, memory } = load
  return {
    ...{
      id,
      name,
      pid,
      version,
      address,
      started,
      state: alive ? state : 'dead',
      self,
      lease_ms: lease,
      seen,
      silent_ms: silent,
    },
    load: {
      ...{ running, pending, behind, requests_per_second: requests },
      ...{ loop_delay_p99_ms: delay, clock_skew_ms: skew, rss_bytes: memory },
    },
  }
}
