import { useState } from 'react'
import type { Run, RunStream } from '../api/run.ts'
import { useSetSearch } from '../route/location.ts'
import { ChoiceField } from '../sessions/filter-field.tsx'
import { count } from '../time/amount.ts'
import { beginning } from './beginning.ts'
import { StreamParts } from './stream-parts.tsx'
import { useStream } from './use-stream.ts'

interface Props {
  readonly run: Run
  /** The stream that the address names. */
  readonly name: string | null
}

/** What a run passes on while it runs, as it comes. */
export function StreamTab({ run, name }: Props) {
  const { streams, status } = run
  const chosen = streams.find((stream) => stream.name === name) ?? streams[0]
  if (!chosen)
    return (
      <p className="empty dim">
        {status === 'running' ? 'It has streamed nothing yet; what comes is shown here.' : 'This run has streamed nothing.'}
      </p>
    )
  return <Stream key={chosen.name} run={run} stream={chosen} />
}

function Stream({ run, stream }: { readonly run: Run; readonly stream: RunStream }) {
  // Where the reading begins is settled when it begins: the stream grows meanwhile.
  const [after, setAfter] = useState(() => beginning(stream))
  const { parts, chunks, state } = useStream(run.id, stream.name, after, stream.chunks)
  const set = useSetSearch()
  return (
    <section className="stream" aria-label={`Stream ${stream.name}`}>
      <div className="bar">
        <h2>
          {run.streams.length > 1 ? (
            <ChoiceField label="Stream" value={stream.name} onChange={(name) => set({ stream: name })}>
              {run.streams.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </ChoiceField>
          ) : (
            <span className="mono">{stream.name}</span>
          )}
          <span className={state === 'live' ? 'pill alive' : state === 'reconnecting' ? 'pill warn' : 'pill'} role="status">
            {state}
          </span>
        </h2>
        <span className="dim">
          {count(after + chunks)} {after + chunks === 1 ? 'chunk' : 'chunks'}
        </span>
        {after > 0 && (
          <button type="button" className="button" onClick={() => setAfter(0)}>
            From the beginning
          </button>
        )}
      </div>
      <div className="stream-body scroll" tabIndex={0} role="log" aria-label={`What ${stream.name} says`}>
        <div>
          {after > 0 && <p className="dim">Begins with chunk {count(after + 1)}.</p>}
          <StreamParts parts={parts} goesOn={state !== 'ended'} />
        </div>
      </div>
    </section>
  )
}
