import { useMutation, useQueryClient } from '@tanstack/react-query'
import { cancelRun, type Run } from '../api/run.ts'
import { Dialog } from '../shell/dialog.tsx'
import { say } from '../shell/say.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { waitWords } from './wait-words.ts'

interface Props {
  readonly run: Pick<Run, 'id' | 'waits'>
  readonly onClose: () => void
}

/** Asks before a run is ended for good. The answer that changes nothing has the focus. */
export function CancelDialog({ run, onClose }: Props) {
  const { id, waits } = run
  const client = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => cancelRun(id),
    onSuccess: () => {
      say('Cancelled: it does nothing any more')
      onClose()
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['run', id] }),
  })
  return (
    <Dialog label="Cancel this run" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          cancel.mutate()
        }}
      >
        <h2>Cancel this run?</h2>
        <p>
          <span className="mono">{id}</span> ends for good. What it has done stays done; what is at work is aborted.
        </p>
        {waits.length > 0 && (
          <div>
            <p className="dim">It will not wait any more for</p>
            <ul className="quoted">
              {waits.map((wait) => (
                <li key={wait.step}>{waitWords(wait)}</li>
              ))}
            </ul>
          </div>
        )}
        {cancel.error && <Trouble error={cancel.error} />}
        <div className="actions">
          <button type="button" className="button" autoFocus onClick={onClose}>
            Let it run
          </button>
          <button type="submit" className="button strong" disabled={cancel.isPending}>
            {cancel.isPending ? 'Cancelling…' : 'Cancel the run'}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
