import { History } from 'lucide-react'
import type { Session } from '../api/session.ts'
import { duration, exact, instant } from '../time/instant.ts'
import { useMoment } from './use-revisions.ts'

interface Props {
  readonly session: Session
  readonly at: number
  readonly onBack: () => void
}

/** Says loudly that what is on screen is not what is. */
export function PastBanner({ session, at, onBack }: Props) {
  const { data } = useMoment(session.id, at)
  const behind = session.revision - at
  return (
    <div className="past" role="status">
      <History size={14} aria-hidden />
      <p>
        <b>You are looking at v{at}</b>
        <span>
          {data &&
            `, ${exact(data.at).slice(0, 19)}, ${duration(instant(session.updated) - instant(data.at))} before the last change`}
          . {behind === 1 ? '1 revision' : `${behind} revisions`} behind. Nothing here can be changed.
        </span>
      </p>
      <button type="button" className="button" onClick={onBack}>
        Back to now <kbd>Esc</kbd>
      </button>
    </div>
  )
}
