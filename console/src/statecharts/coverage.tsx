import { useQuery } from '@tanstack/react-query'
import { coverageOf, type Machine, type MachineState } from '../api/machine.ts'
import { Link } from '../route/link.tsx'
import { instancesAddress } from '../route/route.ts'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { count } from '../time/amount.ts'

interface Props {
  readonly machine: Machine
  readonly onChoose: (id: string) => void
}

/** What the recorded histories of instances have visited, and what nobody ever did. */
export function Coverage({ machine, onChoose }: Props) {
  const { id, version } = machine
  const { data, error, refetch } = useQuery({
    queryKey: ['instances', 'coverage', id, version],
    queryFn: ({ signal }) => coverageOf(id, version, signal),
  })
  if (error) return <Trouble error={error} onRetry={() => void refetch()} />
  if (!data) return <Bones rows={6} />
  const { instances, revisions, complete } = data
  const labels = new Map(statesIn(machine.root).map((state) => [state.id, state.label]))
  const most = Math.max(1, ...data.states.map(({ entered }) => entered))
  const entered = data.states.filter(({ entered }) => entered > 0).length
  const taken = data.transitions.filter(({ taken }) => taken > 0).length
  const missed = machine.arrows.filter(({ id: arrow }) => data.transitions.some((one) => one.id === arrow && one.taken === 0))
  return (
    <section className="coverage scroll" aria-label="Coverage" tabIndex={0}>
      <p className="dim">
        {complete ? '' : 'At least '}
        <Link to={instancesAddress({ machine: id })}>
          {count(instances)} {instances === 1 ? 'instance' : 'instances'}
        </Link>
        , {count(revisions)} revisions. States {entered} of {data.states.length}, transitions {taken} of {data.transitions.length}
        .
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">entered</th>
            <th scope="col">now</th>
          </tr>
        </thead>
        <tbody>
          {data.states.map(({ id: state, entered: times, now }) => (
            <tr key={state} className={times === 0 ? 'never' : ''}>
              <th scope="row">
                <span className="weight" style={{ width: `${Math.round((100 * times) / most)}%` }} aria-hidden />
                <button type="button" className="state-link cut" onClick={() => onChoose(state)}>
                  {labels.get(state) ?? state}
                </button>
              </th>
              <td>{times === 0 ? 'never' : count(times)}</td>
              <td className={now > 0 ? 'alive' : ''}>{now > 0 ? count(now) : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {missed.length > 0 && (
        <>
          <h2>Transitions nobody has taken</h2>
          <ul>
            {missed.map(({ id: arrow, source, trigger, guard }) => (
              <li key={arrow}>
                <button type="button" className="state-link" onClick={() => onChoose(source)}>
                  {labels.get(source) ?? source}
                </button>{' '}
                <code>
                  {trigger === '' ? 'always' : trigger}
                  {guard !== undefined && ` [${guard}]`}
                </code>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

function statesIn(state: MachineState): MachineState[] {
  return [state, ...state.children.flatMap(statesIn)]
}
