import { useMutation } from '@tanstack/react-query'
import { GitFork } from 'lucide-react'
import { useState } from 'react'
import { forkInstance, type Instance } from '../api/instance.ts'
import { navigate } from '../route/location.ts'
import { instanceAddress } from '../route/route.ts'
import { Dialog } from '../shell/dialog.tsx'
import { say } from '../shell/say.tsx'
import { Trouble } from '../shell/trouble.tsx'

interface Props {
  readonly instance: Instance
  readonly at: number
  readonly onClose: () => void
}

export function ForkDialog({ instance, at, onClose }: Props) {
  const [name, setName] = useState(`${instance.name}-fork-v${at}`)
  const [resume, setResume] = useState(false)
  const fork = useMutation({
    mutationFn: () => forkInstance(instance.id, name.trim(), at, resume),
    onSuccess: (made) => {
      say(`Forked as ${made.id}`)
      onClose()
      navigate(instanceAddress(made.id))
    },
  })
  return (
    <Dialog label={`Fork from v${at}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          fork.mutate()
        }}
      >
        <h2>Fork from v{at}</h2>
        <p>
          Makes an instance in the same session that starts as <span className="mono">{instance.name}</span> was at v{at}. The
          original stays as it is. What it did outside after that stays done.
        </p>
        <label>
          Name of the fork
          <input
            className="field mono"
            required
            maxLength={256}
            value={name}
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label className="choice">
          <input type="checkbox" checked={resume} onChange={(event) => setResume(event.target.checked)} />
          <span>
            Set its timers and begin its work
            <small className="dim"> Otherwise nothing runs in it by itself; events can be sent.</small>
          </span>
        </label>
        {fork.error && <Trouble error={fork.error} />}
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button strong" disabled={fork.isPending || name.trim() === ''}>
            <GitFork size={14} aria-hidden />
            {fork.isPending ? 'Forking…' : 'Fork'}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
