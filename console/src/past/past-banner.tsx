import { History } from 'lucide-react'
import { duration, exact, instant } from '../time/instant.ts'
import './past.css'

interface Props {
  /** The revision on screen, and the newest. */
  readonly at: number
  readonly head: number
  /** When they were made, as far as that is known. */
  readonly made: string | number | undefined
  readonly updated: string | number | undefined
  readonly onBack: () => void
}

/** Says loudly that what is on screen is not what is. */
export function PastBanner({ at, head, made, updated, onBack }: Props) {
  const behind = head - at
  return (
    <div className="past" role="status">
      <History size={14} aria-hidden />
      <p>
        <b>You are looking at v{at}</b>
        <span>
          {made !== undefined && `, ${exact(made).slice(0, 19)}`}
          {made !== undefined &&
            updated !== undefined &&
            `, ${duration(instant(updated) - instant(made))} before the last change`}
          . {behind === 1 ? '1 revision' : `${behind} revisions`} behind. Nothing here can be changed.
        </span>
      </p>
      <button type="button" className="button" onClick={onBack}>
        Back to now <kbd>Esc</kbd>
      </button>
    </div>
  )
}
