import { useQuery } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { type Finding, findingsOf, type Machine } from '../api/machine.ts'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { findState } from './state-rows.ts'

interface Props {
  readonly machine: Machine
  readonly onChoose: (id: string) => void
}

/** What is wrong with a machine, found without running it. */
export function Findings({ machine, onChoose }: Props) {
  const { id, version, tag } = machine
  const { data, error, refetch } = useQuery({
    queryKey: ['machine', id, version, 'findings', tag],
    queryFn: ({ signal }) => findingsOf(id, version, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (error) return <Trouble error={error} onRetry={() => void refetch()} />
  if (!data) return <Bones rows={4} />
  const { findings, complete } = data
  return (
    <section className="findings scroll" aria-label="Findings" tabIndex={0}>
      {findings.length === 0 && (
        <p className="sound">
          <CircleCheck size={15} aria-hidden />
          {complete ? 'Nothing is wrong with it.' : 'Nothing was found in what was looked at.'}
        </p>
      )}
      <ul>
        {findings.map((finding) => (
          <FindingLine key={`${finding.kind} ${finding.path}`} finding={finding} machine={machine} onChoose={onChoose} />
        ))}
      </ul>
      {!complete && <p className="dim">There are more moments than were looked at; what was not looked at is not judged.</p>}
    </section>
  )
}

function FindingLine({ finding, machine, onChoose }: Props & { readonly finding: Finding }) {
  const { kind, severity, certainty, path, message, trace } = finding
  const state = stateAt(machine, path)
  return (
    <li>
      <p>
        <b className={`severity ${severity}`}>{severity}</b> {kind.replaceAll('-', ' ')}
        {certainty === 'possible' && <span className="dim"> (possible)</span>}
      </p>
      {state === undefined ? (
        <code className="mono">{path}</code>
      ) : (
        <button type="button" className="state-link mono" onClick={() => onChoose(state)}>
          {path}
        </button>
      )}
      <p className="dim">{message}</p>
      {trace.length > 0 && (
        <p>
          <span className="dim">after</span> <code>{trace.join(', ')}</code>
        </p>
      )}
    </li>
  )
}

/** The innermost state that a path into the definition lies in: `order.open.on.PAY` lies in `open`. */
function stateAt(machine: Machine, path: string): string | undefined {
  const keys = path.split('.').slice(1)
  for (let end = keys.length; end > 0; end--) {
    const id = keys.slice(0, end).join('.')
    if (findState(machine.root, id) !== undefined) return id
  }
  return undefined
}
