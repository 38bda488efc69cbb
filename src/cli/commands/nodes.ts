import type { NodeReport, NodeStatus } from '../../runtime/index.ts'
import type { Call } from '../call.ts'
import type { Command } from '../command.ts'
import { isoTime } from '../moment.ts'
import { table } from '../table.ts'

export const nodes: Command = {
  name: 'nodes',
  summary: 'the processes that work on the store, what they run, what waits',
  arguments: [],
  options: {},
  examples: ['nodes', 'nodes --store postgres://db.example/agents', 'nodes --json'],
  next: 'doctor',
  async run(call) {
    await using hf = await call.openToRead()
    const report = await hf.nodes.report()
    return { data: dataOf(report), text: [nodesOf(report, call), ...queuesOf(report, call)].join('\n\n') }
  },
}

function dataOf({ registered, nodes, claims, queues }: NodeReport): object {
  return {
    registered,
    nodes: nodes.map(({ self, started, seen, ...rest }) => ({ ...rest, started: isoTime(started), seen: isoTime(seen) })),
    claims: claims.map(({ oldest, until, ...rest }) => ({ ...rest, oldest: isoTime(oldest), until: isoTime(until) })),
    queues: queues.map(({ oldest, ...rest }) => ({ ...rest, oldest: oldest === null ? null : isoTime(oldest) })),
  }
}

/** Owners that no node answers to are shown too: they hold what others wait for. */
function nodesOf(report: NodeReport, { paint, io }: Call): string {
  const known = new Set(report.nodes.map(({ id }) => id))
  const strangers = [...new Set(report.claims.map(({ owner }) => owner))].filter((owner) => !known.has(owner))
  if (report.nodes.length === 0 && strangers.length === 0)
    return report.registered
      ? 'No node works on this store. Start one: holdfast serve'
      : 'A store of one machine keeps no register of processes, and none holds an effect'
  const rows = [
    ...report.nodes.map((node) => [node.id.slice(0, 8), stateOf(node), `${node.name}:${node.pid}`, ...tellsOf(node, report)]),
    ...strangers.map((owner) => [owner.slice(0, 8), 'unknown', '-', '-', '-', heldBy(owner, report), '-', '-']),
  ]
  const headings = ['node', 'state', 'process', 'version', 'last beat', 'holds', 'behind', 'address']
  return table(headings, rows, paint, columnsOf(io))
}

const stateOf = ({ alive, state }: NodeStatus): string => (alive ? state : 'dead')

function tellsOf({ id, version, silent, load, address }: NodeStatus, report: NodeReport): string[] {
  return [version, `${seconds(silent)} ago`, heldBy(id, report), String(load.behind ?? '-'), address ?? '-']
}

function heldBy(owner: string, { claims }: NodeReport): string {
  const own = claims.filter((claim) => claim.owner === owner)
  const [count, lapsed] = [sum(own.map((claim) => claim.count)), sum(own.map((claim) => claim.lapsed))]
  return lapsed === 0 ? String(count) : `${count} (${lapsed} lapsed)`
}

function queuesOf({ queues, claims }: NodeReport, { paint, io }: Call): string[] {
  const names = [...new Set([...queues, ...claims].map(({ queue }) => queue))].toSorted()
  if (names.length === 0) return []
  const rows = names.map((name) => {
    const found = queues.find(({ queue }) => queue === name)
    const held = sum(claims.filter(({ queue }) => queue === name).map(({ count, lapsed }) => count - lapsed))
    return [name, String(found?.due ?? 0), seconds(found?.lag ?? 0), String(held), String(found?.dead ?? 0)]
  })
  return [table(['queue', 'due', 'lag', 'running', 'dead'], rows, paint, columnsOf(io))]
}

const columnsOf = (io: Call['io']): number => (io.stdout.isTTY ? io.stdout.columns : 200)

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
