import { GitCompareArrows } from 'lucide-react'
import { eventName, type Revision } from '../api/revision.ts'
import type { Session } from '../api/session.ts'
import { useWindow } from '../list/use-window.ts'
import { useSetSearch } from '../route/location.ts'
import { Trouble } from '../shell/trouble.tsx'
import { exact } from '../time/instant.ts'
import { useRevisions } from './use-revisions.ts'
import './timeline.css'

interface Props {
  readonly session: Session
  readonly at: number
  readonly from: number
  readonly onGo: (revision: number) => void
}

const ROW = 28

/** All revisions, newest first. Rows are found by number, so any of them is one step away. */
export default function TimelineTab({ session, at, from, onGo }: Props) {
  const head = session.revision
  const { scroller, visible } = useWindow(head, ROW)
  const newest = head - visible.first
  const oldest = Math.max(1, head - visible.end + 1)
  const revisions = useRevisions(session.id, oldest, newest, head)
  const numbers = Array.from({ length: Math.max(0, newest - oldest + 1) }, (_, i) => newest - i)
  const set = useSetSearch()
  return (
    <div className="timeline">
      {revisions.error && <Trouble error={revisions.error} />}
      <div className="rows scroll" ref={scroller} tabIndex={0} role="group" aria-label={`${head} revisions, newest first`}>
        <ol className="sheet" style={{ height: head * ROW }}>
          {numbers.map((number) => (
            <TimelineRow
              key={number}
              number={number}
              top={(head - number) * ROW}
              revision={revisions.get(number)}
              pending={revisions.pending}
              mark={number === at ? 'at' : number === from ? 'from' : ''}
              onGo={() => onGo(number)}
              onCompare={() => set({ tab: null, at: at === head ? null : at, from: number })}
            />
          ))}
        </ol>
      </div>
    </div>
  )
}

interface RowProps {
  readonly number: number
  readonly top: number
  readonly revision: Revision | undefined
  readonly pending: boolean
  readonly mark: 'at' | 'from' | ''
  readonly onGo: () => void
  readonly onCompare: () => void
}

function TimelineRow({ number, top, revision, pending, mark, onGo, onCompare }: RowProps) {
  return (
    <li className={`moment ${mark}`} style={{ top }}>
      <button type="button" className="go" aria-current={mark === 'at' ? 'step' : undefined} onClick={onGo}>
        <span className="mono dim">v{number}</span>
        <i aria-hidden />
        {revision ? (
          <>
            <b className="mono cut">{eventName(revision)}</b>
            <span className="mono dim cut paths">{revision.paths.join(', ')}</span>
            <span className="mono dim cut who">{revision.actor ?? revision.source ?? ''}</span>
            <time className="mono dim cut">{exact(revision.at)}</time>
          </>
        ) : (
          <span className="dim">{pending ? '…' : 'pruned: its record is no longer kept'}</span>
        )}
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={`Compare with v${number}`}
        title={`Compare with v${number}`}
        onClick={onCompare}
      >
        <GitCompareArrows size={14} aria-hidden />
      </button>
    </li>
  )
}
