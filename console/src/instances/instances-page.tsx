import { useInfiniteQuery } from '@tanstack/react-query'
import { Workflow } from 'lucide-react'
import { type InstanceSummary, listInstances } from '../api/instance.ts'
import { InstanceStatus } from '../instance/instance-status.tsx'
import { Link } from '../route/link.tsx'
import { useSearch, useSetSearch } from '../route/location.ts'
import { instanceAddress, sessionAddress, statechartAddress } from '../route/route.ts'
import { Command } from '../shell/command.tsx'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { exact, relative } from '../time/instant.ts'
import { useNow } from '../time/use-now.ts'
import '../statecharts/statecharts.css'
import './instances.css'

const filters = ['machine', 'state', 'tag', 'session'] as const
const statuses = ['active', 'done', 'stopped', 'needs_migration'] as const

/** Which machines run, and how they stand; what is asked for stands in the address. */
export default function InstancesPage() {
  const search = useSearch()
  const asked = Object.fromEntries([...filters, 'status'].map((name) => [name, search.get(name)]))
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['instances', asked],
    queryFn: ({ signal, pageParam }) => listInstances({ ...asked, after: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  })
  const found = data?.pages.flatMap(({ instances }) => instances)
  const isFiltered = Object.values(asked).some((value) => value !== null)
  if (error && !found)
    return (
      <div className="center">
        <Trouble error={error} onRetry={() => void refetch()} />
      </div>
    )
  return (
    <div className="instances">
      <Filters />
      {!found ? (
        <Bones rows={8} />
      ) : found.length === 0 && !hasNextPage ? (
        isFiltered ? (
          <p className="empty dim">No instance fits. Take a filter away.</p>
        ) : (
          <NoInstances />
        )
      ) : (
        <div className="statecharts scroll" tabIndex={0} role="region" aria-label="Instances">
          <Table instances={found} />
          {hasNextPage && (
            <button type="button" className="button more" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {isFetchingNextPage ? 'Reading…' : 'Show more'}
            </button>
          )}
        </div>
      )}
    </div>
  )
}

function Filters() {
  const search = useSearch()
  const set = useSetSearch()
  return (
    <div className="bar" role="search" aria-label="Instances">
      {filters.map((name) => (
        <input
          key={name}
          type="search"
          className="field mono"
          aria-label={name}
          placeholder={name}
          spellCheck={false}
          defaultValue={search.get(name) ?? ''}
          {...(name === 'machine' && { 'data-search': '' })}
          onChange={({ target }) => set({ [name]: target.value.trim() || null }, { replace: true })}
        />
      ))}
      <select
        className="field"
        aria-label="status"
        value={search.get('status') ?? ''}
        onChange={({ target }) => set({ status: target.value || null }, { replace: true })}
      >
        <option value="">any status</option>
        {statuses.map((status) => (
          <option key={status} value={status}>
            {status.replace('_', ' ')}
          </option>
        ))}
      </select>
    </div>
  )
}

function Table({ instances }: { readonly instances: readonly InstanceSummary[] }) {
  const now = useNow()
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Instance</th>
          <th scope="col" className="session-column">
            Session
          </th>
          <th scope="col">Machine</th>
          <th scope="col">Status</th>
          <th scope="col" className="waits">
            States
          </th>
          <th scope="col" className="number">
            Changed
          </th>
        </tr>
      </thead>
      <tbody>
        {instances.map(({ id, name, session, machine, version, status, states, updated }) => (
          <tr key={id}>
            <th scope="row" className="cut">
              <Link to={instanceAddress(id)} className="mono">
                {name}
              </Link>
            </th>
            <td className="cut session-column">
              <Link to={sessionAddress(session)} className="mono">
                {session}
              </Link>
            </td>
            <td className="cut">
              <Link to={statechartAddress(machine, { version })} className="mono">
                {machine}
              </Link>
            </td>
            <td>
              <InstanceStatus status={status} />
            </td>
            <td className="mono cut waits" title={states.join('\n')}>
              {states.join(' ')}
            </td>
            <td className="number">
              <time title={exact(updated)}>{relative(updated, now)}</time>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function NoInstances() {
  return (
    <div className="center">
      <Workflow size={24} className="dim" aria-hidden />
      <h2>Machines at work.</h2>
      <p className="dim">
        An instance lives in the tree of a session: each event is one commit, and timers ring after a restart.
      </p>
      <Command text="holdfast machine start alice/42/order order" />
    </div>
  )
}
