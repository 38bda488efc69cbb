import { useQuery } from '@tanstack/react-query'
import { listInstances } from '../api/instance.ts'
import { InstanceStatus } from '../instance/instance-status.tsx'
import { Link } from '../route/link.tsx'
import { instanceAddress, instancesAddress } from '../route/route.ts'

const MOST = 8

/** The machines in the tree of a session, where there are any. */
export function SessionMachines({ session }: { readonly session: string }) {
  const { data } = useQuery({
    queryKey: ['instances', { session }],
    queryFn: ({ signal }) => listInstances({ session, limit: MOST }, signal),
  })
  if (!data || data.instances.length === 0) return null
  return (
    <section>
      <h2>Machines</h2>
      <ul className="machines">
        {data.instances.map(({ id, name, status, states }) => (
          <li key={id}>
            <Link to={instanceAddress(id)} className="mono cut" title={states.join('\n')}>
              {name}
            </Link>
            <InstanceStatus status={status} />
          </li>
        ))}
      </ul>
      {data.next !== undefined && <Link to={instancesAddress({ session })}>All of them</Link>}
    </section>
  )
}
