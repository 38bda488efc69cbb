import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type Instance, stopInstance } from '../api/instance.ts'
import { Dialog } from '../shell/dialog.tsx'
import { say } from '../shell/say.tsx'
import { Trouble } from '../shell/trouble.tsx'

interface Props {
  readonly instance: Instance
  readonly onClose: () => void
}

/** Asks before a machine is stopped for good. The answer that changes nothing has the focus. */
export function StopDialog({ instance, onClose }: Props) {
  const client = useQueryClient()
  const stop = useMutation({
    mutationFn: () => stopInstance(instance.id),
    onSuccess: () => {
      say('Stopped: it takes nothing any more')
      onClose()
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['instance', instance.id] }),
  })
  const { timers, children } = instance
  const runs = [
    ...timers.map(({ id }) => `the timer ${id}`),
    ...Object.values(children).map(({ src, instance: child }) =>
      child === undefined ? `the work ${src}` : `the child ${child}`,
    ),
  ]
  return (
    <Dialog label="Stop this instance" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          stop.mutate()
        }}
      >
        <h2>Stop this instance?</h2>
        <p>
          <span className="mono">{instance.id}</span> moves no more, for good. Its history stays; a fork of it can go on.
        </p>
        {runs.length > 0 && (
          <div>
            <p className="dim">With it ends</p>
            <ul className="quoted mono">
              {runs.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </div>
        )}
        {stop.error && <Trouble error={stop.error} />}
        <div className="actions">
          <button type="button" className="button" autoFocus onClick={onClose}>
            Let it run
          </button>
          <button type="submit" className="button strong" disabled={stop.isPending}>
            {stop.isPending ? 'Stopping…' : 'Stop it'}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
