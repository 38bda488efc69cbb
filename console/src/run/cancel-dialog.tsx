import { useMutation, useQueryClient } from '@tanstack/react-query'
import { cancelRun, type Run } from '../api/run.ts'
import { Dialog } from '../shell/dialog.tsx'
import { say } from '../shell/say.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { waitWords } from './wait-words.ts'

interface Props {
  readonly run: Run
  readonly onClose: () => void
}

/** Asks before a run is ended for good, or a dead letter put away. The answer that changes nothing has the focus. */
export function CancelDialog({ run, onClose }: Props) {
  const { id, waits, status } = run
  const dead = status === 'failed'
  const client = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => cancelRun(id),
    onSuccess: () => {
      say(dead ? 'Put away: it is no dead letter any more' : 'Cancelled: it does nothing any more')
      onClose()
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['run', id] }),
  })
  return (
    <Dialog label={dead ? 'Put this run away' : 'Cancel this run'} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          cancel.mutate()
        }}
      >
        <h2>{dead ? 'Put this run away?' : 'Cancel this run?'}</h2>
        <p>
          <span className="mono">{id}</span>{' '}
          {dead ? 'is cancelled, and tried no more.' : 'ends for good; what is at work is aborted.'} What it has done stays done.
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
            {dead ? 'Leave it' : 'Let it run'}
          </button>
          <button type="submit" className="button strong" disabled={cancel.isPending}>
            {cancel.isPending ? 'Cancelling…' : dead ? 'Put it away' : 'Cancel the run'}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
