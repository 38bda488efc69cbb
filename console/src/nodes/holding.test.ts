import { expect, test } from 'vitest'
import type { Claims, NodeReport, NodeSummary } from '../api/node.ts'
import { holdersOf, queueRows } from './holding.ts'

const claim = (owner: string, queue: string, count = 1, lapsed = 0): Claims => ({
  owner,
  queue,
  count,
  lapsed,
  oldest: 0,
  until: 0,
})
const node = (id: string): NodeSummary => ({
  ...{ id, name: 'host', pid: 1, version: '1.0.0', address: null, started: 0, state: 'up', self: false },
  ...{ lease_ms: 15_000, silent_ms: 0, load: {} },
})
const report: NodeReport = {
  registered: true,
  nodes: [node('a'), node('b')],
  claims: [claim('b', 'mail', 5, 2), claim('gone', 'mail', 1, 1), claim('b', 'chat')],
  queues: [
    { queue: 'fax', due: 1, dead: 0, lag_ms: 40 },
    { queue: 'mail', due: 3, dead: 2, lag_ms: 700 },
  ],
}

test('owners that no node answers to stand behind the nodes, with what they hold', () => {
  expect(holdersOf(report).map(({ owner, node, claims }) => [owner, node?.id, claims.length])).toEqual([
    ['a', 'a', 0],
    ['b', 'b', 2],
    ['gone', undefined, 1],
  ])
})

test('queues come with what runs under a live lease, the longest waiting first', () => {
  expect(queueRows(report).map(({ queue, due, running, dead }) => [queue, due, running, dead])).toEqual([
    ['mail', 3, 3, 2],
    ['fax', 1, 0, 0],
    ['chat', 0, 1, 0],
  ])
})
