import { Dialog } from '../shell/dialog.tsx'

interface Props {
  /** What the effect was to do, as the queue tells it. */
  readonly message: string
  readonly session?: string
  readonly onCancel: () => void
  readonly onClose: () => void
}

/** Asks before an effect is given up. The answer that changes nothing has the focus. */
export function CancelDialog({ message, session, onCancel, onClose }: Props) {
  return (
    <Dialog label="Cancel this effect" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onClose()
          onCancel()
        }}
      >
        <h2>Cancel this effect?</h2>
        <p className="quoted">
          {session && <span className="mono">{session} </span>}
          {message}
        </p>
        <p className="dim">
          It waits no longer and will not be tried. What it has done already stays done. Over the API it can be retried.
        </p>
        <div className="actions">
          <button type="button" className="button" autoFocus onClick={onClose}>
            Keep it
          </button>
          <button type="submit" className="button strong">
            Cancel the effect
          </button>
        </div>
      </form>
    </Dialog>
  )
}
