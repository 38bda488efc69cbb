import { Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { getLog, type LogRecord } from '../api/revision.ts'
import type { Session } from '../api/session.ts'
import { type Page, useKeyset } from '../list/use-keyset.ts'
import { useWindow } from '../list/use-window.ts'
import { copy } from '../shell/say.tsx'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { exact } from '../time/instant.ts'
import './timeline.css'

const ROW = 28

/** The records as the log keeps them. */
export default function LogTab({ session }: { readonly session: Session }) {
  const [known, setKnown] = useState(0)
  const [chosen, setChosen] = useState<LogRecord>()
  const { scroller, visible } = useWindow(known, ROW)
  const log = useKeyset(['session', session.id, 'log'], visible, (cursor, signal) => readPage(session.id, cursor, signal))
  useEffect(() => setKnown(log.known), [log.known])
  if (log.error && log.known === 0)
    return (
      <div className="center">
        <Trouble error={log.error} onRetry={log.retry} />
      </div>
    )
  if (log.loading) return <Bones rows={12} />
  const shown = Array.from({ length: Math.max(0, Math.min(visible.end, known) - visible.first) }, (_, i) => visible.first + i)
  const text = chosen ? JSON.stringify(chosen, null, 2) : ''
  return (
    <div className="log">
      <div className="rows scroll" ref={scroller} tabIndex={0} role="group" aria-label="Log records, newest first">
        <ol className="sheet" style={{ height: known * ROW }}>
          {shown.map((row) => (
            <LogRow key={row} top={row * ROW} record={log.row(row)} chosen={chosen} onChoose={setChosen} />
          ))}
        </ol>
      </div>
      <aside className="record scroll" aria-label="Record">
        {chosen ? (
          <>
            <h2>
              Record {chosen.seq}
              <button type="button" className="button" onClick={() => void copy(text, 'the record as JSON')}>
                <Copy size={13} aria-hidden />
                Copy JSON
              </button>
            </h2>
            <pre className="mono scroll" tabIndex={0}>
              {text}
            </pre>
          </>
        ) : (
          <p className="dim">Choose a record to see all of it.</p>
        )}
      </aside>
    </div>
  )
}

interface RowProps {
  readonly top: number
  readonly record: LogRecord | undefined
  readonly chosen: LogRecord | undefined
  readonly onChoose: (record: LogRecord) => void
}

function LogRow({ top, record, chosen, onChoose }: RowProps) {
  if (!record) return <li className="moment" style={{ top }} aria-hidden />
  return (
    <li className="moment" style={{ top }}>
      <button type="button" className="go raw mono" aria-pressed={record.seq === chosen?.seq} onClick={() => onChoose(record)}>
        <span className="dim">{record.seq}</span>
        <span>v{record.revision}</span>
        <span className="cut">{record.op ?? ''}</span>
        <span className="cut">{record.event?.name ?? record.paths.join(', ')}</span>
        <time className="dim cut">{exact(record.at)}</time>
      </button>
    </li>
  )
}

async function readPage(id: string, cursor: string | null, signal: AbortSignal): Promise<Page<LogRecord>> {
  const page = await getLog(id, cursor, 200, signal)
  return { rows: page.revisions ?? page.records ?? [], next: page.next }
}
