import { approvalIdOf } from '../api/approval.ts'
import { type RunSummary, runName } from '../api/run.ts'
import { Link } from '../route/link.tsx'
import { approvalsAddress, runAddress, runsAddress, sessionAddress } from '../route/route.ts'
import { RunStatus } from '../run/run-status.tsx'
import { waitWords } from '../run/wait-words.ts'
import { count } from '../time/amount.ts'
import { exact, relative } from '../time/instant.ts'
import { useNow } from '../time/use-now.ts'
import { RetryButton } from './retry-button.tsx'

export function RunTable({ runs }: { readonly runs: readonly RunSummary[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Run</th>
          <th scope="col" className="session-column">
            Session
          </th>
          <th scope="col" className="task-column">
            Task
          </th>
          <th scope="col" className="status-column">
            Status
          </th>
          <th scope="col" className="why-column">
            Held up by
          </th>
          <th scope="col" className="number steps-column">
            Steps
          </th>
          <th scope="col" className="number">
            Started
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <Row key={run.id} run={run} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ run }: { readonly run: RunSummary }) {
  const now = useNow()
  const { id, session, task, status, steps, created } = run
  return (
    <tr>
      <th scope="row">
        <Link to={runAddress(id)} className="mono cut" title={id}>
          {runName(run)}
        </Link>
      </th>
      <td className="session-column">
        <Link to={sessionAddress(session)} className="mono cut">
          {session}
        </Link>
      </td>
      <td className="task-column">
        <Link to={runsAddress({ task })} className="mono cut">
          {task}
        </Link>
      </td>
      <td>
        <RunStatus status={status} />
      </td>
      <td className="why-column">
        <Why run={run} />
      </td>
      <td className="number steps-column">{count(steps)}</td>
      <td className="number">
        <time title={exact(created)}>{relative(created, now)}</time>
      </td>
    </tr>
  )
}

/** Why a run does not go on, and what can be done about it. */
function Why({ run }: { readonly run: RunSummary }) {
  const { id, status, error, waits } = run
  const [wait, ...more] = waits
  if (status === 'failed' || status === 'needs_migration')
    return (
      <span className="why">
        <span className="cut" title={error?.message}>
          {error?.message ?? 'it gave no reason'}
        </span>
        <RetryButton run={id} />
      </span>
    )
  if (status !== 'waiting' || !wait) return null
  return (
    <span className="why">
      <span className="cut">
        {waitWords(wait)}
        {more.length > 0 && ` and ${more.length} more`}
      </span>
      {wait.for === 'approval' && (
        <Link to={approvalsAddress({ id: approvalIdOf(id, wait.step) })} className="button">
          Decide<span className="hidden"> {wait.title}</span>
        </Link>
      )}
    </span>
  )
}
