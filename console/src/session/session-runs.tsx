import { useQuery } from '@tanstack/react-query'
import { listRuns, runName } from '../api/run.ts'
import { Link } from '../route/link.tsx'
import { runAddress, runsAddress } from '../route/route.ts'
import { RunStatus } from '../run/run-status.tsx'

const MOST = 8

/** The runs of tasks in the tree of a session, where there are any: what changed last comes first. */
export function SessionRuns({ session }: { readonly session: string }) {
  const { data } = useQuery({
    queryKey: ['runs', { session }, MOST],
    queryFn: ({ signal }) => listRuns({ session, limit: MOST + 1 }, signal),
  })
  if (!data || data.length === 0) return null
  return (
    <section>
      <h2>Runs</h2>
      <ul className="machines">
        {data.slice(0, MOST).map((run) => (
          <li key={run.id}>
            <Link to={runAddress(run.id)} className="mono cut">
              {runName(run)}
            </Link>
            <RunStatus status={run.status} />
          </li>
        ))}
      </ul>
      {data.length > MOST && <Link to={runsAddress({ session })}>All of them</Link>}
    </section>
  )
}
