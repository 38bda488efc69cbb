import { useQuery } from '@tanstack/react-query'
import { Server } from 'lucide-react'
import { getNodes, type NodeReport } from '../api/node.ts'
import { Command } from '../shell/command.tsx'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { holdersOf, queueRows } from './holding.ts'
import { NodeTable } from './node-table.tsx'
import { QueueTable } from './queue-table.tsx'
import './nodes.css'

const SHARED = 'npx holdfast serve --store postgres://host/database'

/** Which processes work on the store, what each holds, and what waits. */
export default function NodesPage() {
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    queryKey: ['nodes'],
    queryFn: ({ signal }) => getNodes(signal),
    refetchInterval: 2000,
  })
  if (!data && error)
    return (
      <div className="center">
        <Trouble error={error} onRetry={() => void refetch()} />
      </div>
    )
  if (!data) return <Bones rows={6} />
  const holders = holdersOf(data)
  if (holders.length === 0) return <NoNodes />
  return (
    <div className="nodes scroll" tabIndex={0} role="region" aria-label="Nodes">
      {error && <p className="old">What you see is old: the server does not answer. It is asked again every two seconds.</p>}
      <section aria-labelledby="nodes-processes">
        <h2 id="nodes-processes">{titleOf(data)}</h2>
        <NodeTable holders={holders} readAt={dataUpdatedAt} old={error !== null} />
        {!data.registered && <Alone />}
      </section>
      <section aria-labelledby="nodes-queues">
        <h2 id="nodes-queues">Queues</h2>
        <QueueTable rows={queueRows(data)} />
      </section>
    </div>
  )
}

/** `3 nodes, 1 dead`: what is wrong stands beside the number. */
function titleOf({ nodes }: NodeReport): string {
  const counted = `${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`
  const others = (['draining', 'dead'] as const).map(
    (state) => [nodes.filter((node) => node.state === state).length, state] as const,
  )
  return [counted, ...others.flatMap(([count, state]) => (count === 0 ? [] : [`${count} ${state}`]))].join(', ')
}

function Alone() {
  return (
    <div className="alone">
      <p className="dim">
        This store is for one machine, which keeps no register: only the process that answers is shown, and others by what they
        hold. On PostgreSQL any number of nodes share a store.
      </p>
      <Command text={SHARED} />
    </div>
  )
}

function NoNodes() {
  return (
    <div className="center">
      <Server size={24} className="dim" aria-hidden />
      <h2>Processes that work on this store.</h2>
      <p className="dim">
        None has told of itself within a day. Any number may run side by side; what one that dies held, others take over.
      </p>
      <Command text={SHARED} />
    </div>
  )
}
