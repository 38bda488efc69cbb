import type { ReactNode } from 'react'
import type { Run } from '../api/run.ts'
import { Link } from '../route/link.tsx'
import { runsAddress, sessionAddress } from '../route/route.ts'
import { bytes, count } from '../time/amount.ts'
import { duration, exact, instant, relative } from '../time/instant.ts'
import { useNow } from '../time/use-now.ts'
import { PrintedValue } from '../value/printed-value.tsx'
import { RunStatus } from './run-status.tsx'

interface Props {
  readonly run: Run
  readonly onCancel: () => void
  readonly onSend: () => void
}

/** What is known of a run: how it stands, what went in, what came out. */
export function RunSide({ run, onCancel, onSend }: Props) {
  const over = run.status === 'done' || run.status === 'failed' || run.status === 'cancelled'
  return (
    <aside className="run-side scroll" aria-label="Run" tabIndex={0}>
      <section>
        <RunFacts run={run} />
        {!over && (
          <div className="run-acts">
            <button type="button" className="button" onClick={onSend}>
              Send an event…
            </button>
            <button type="button" className="button" onClick={onCancel}>
              Cancel…
            </button>
          </div>
        )}
      </section>
      <section>
        <h2>Input</h2>
        <PrintedValue value={run.input} />
      </section>
      {run.status === 'done' && (
        <section>
          <h2>Output</h2>
          <PrintedValue value={run.output} />
        </section>
      )}
    </aside>
  )
}

function RunFacts({ run }: { readonly run: Run }) {
  const now = useNow()
  const { status, task, session, by, created, finished, tries, epoch, steps, streams } = run
  const took = finished === null ? null : duration(instant(finished) - instant(created))
  return (
    <dl className="facts">
      <Fact name="status">
        <RunStatus status={status} />
      </Fact>
      <Fact name="task">
        <Link to={runsAddress({ task })} className="mono">
          {task}
        </Link>
      </Fact>
      <Fact name="session">
        <Link to={sessionAddress(session)} className="mono">
          {session}
        </Link>
      </Fact>
      <Fact name="started">
        <time title={exact(created)}>{relative(created, now)}</time> <span className="dim">by {by}</span>
      </Fact>
      {finished !== null && (
        <Fact name="ended">
          <time title={exact(finished)}>{relative(finished, now)}</time> <span className="dim">after {took}</span>
        </Fact>
      )}
      <Fact name="steps">{count(steps.length)}</Fact>
      <Fact name="attempts">
        <span title="attempts begun since a step was recorded last; claims of the run so far">
          {count(tries)} <span className="dim">since the last step, epoch {count(epoch)}</span>
        </span>
      </Fact>
      {streams.map(({ name, chunks, bytes: size, ended }) => (
        <Fact key={name} name="stream">
          <span className="mono">{name}</span>{' '}
          <span className="dim">
            {count(chunks)} {chunks === 1 ? 'chunk' : 'chunks'}, {bytes(size)}
            {!ended && ', goes on'}
          </span>
        </Fact>
      ))}
    </dl>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="cut">{children}</dd>
    </div>
  )
}
