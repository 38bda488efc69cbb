import type { Claims, NodeReport, NodeSummary, Queue } from '../api/node.ts'

/** A node with what it holds; an owner that no node answers to has no node. */
export interface Holder {
  readonly owner: string
  readonly node: NodeSummary | undefined
  readonly claims: readonly Claims[]
}

/** Who holds what: the nodes as they are listed, and behind them owners that nobody knows. */
export function holdersOf({ nodes, claims }: NodeReport): readonly Holder[] {
  const known = new Set(nodes.map(({ id }) => id))
  const strangers = [...new Set(claims.map(({ owner }) => owner))].filter((owner) => !known.has(owner))
  const ownedBy = (id: string) => claims.filter(({ owner }) => owner === id)
  return [
    ...nodes.map((node) => ({ owner: node.id, node, claims: ownedBy(node.id) })),
    ...strangers.map((owner) => ({ owner, node: undefined, claims: ownedBy(owner) })),
  ]
}

/** A queue with what runs of it. */
export interface QueueRow extends Queue {
  readonly running: number
}

/** Every queue of which anything waits, runs or has failed: the longest waiting first. */
export function queueRows({ queues, claims }: NodeReport): readonly QueueRow[] {
  const names = [...new Set([...queues, ...claims].map(({ queue }) => queue))]
  const rows = names.map((queue) => {
    const found = queues.find((each) => each.queue === queue) ?? { queue, due: 0, dead: 0, lag_ms: 0 }
    const held = claims.filter((each) => each.queue === queue)
    return { ...found, running: held.reduce((sum, { count, lapsed }) => sum + count - lapsed, 0) }
  })
  return rows.toSorted((a, b) => b.lag_ms - a.lag_ms || a.queue.localeCompare(b.queue))
}
