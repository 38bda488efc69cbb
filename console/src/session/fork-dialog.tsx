import { useMutation, useQuery } from '@tanstack/react-query'
import { GitFork, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { effectsSince, forkSession, type Session } from '../api/session.ts'
import { navigate } from '../route/location.ts'
import { sessionAddress } from '../route/route.ts'
import { Dialog } from '../shell/dialog.tsx'
import { say } from '../shell/say.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { exact } from '../time/instant.ts'

interface Props {
  readonly session: Session
  readonly at: number
  readonly onClose: () => void
}

export function ForkDialog({ session, at, onClose }: Props) {
  const [id, setId] = useState(`${session.id}-fork-v${at}`)
  const fork = useMutation({
    mutationFn: () => forkSession(session.id, id.trim(), at),
    onSuccess: (made) => {
      const warned = made.warnings.length
      const many = `${made.more_warnings ? 'More than ' : ''}${warned} effects`
      say(warned === 0 ? `Forked as ${made.id}` : `Forked as ${made.id}. ${many} after v${at} had already happened`)
      onClose()
      navigate(sessionAddress(made.id))
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
          Makes a new session that begins with the state and the history of <span className="mono">{session.id}</span> up to v{at}
          . The original stays as it is. Nothing is copied until the fork is written to; deleting the fork undoes this.
        </p>
        <label>
          Id of the new session
          <input
            className="field mono"
            required
            maxLength={256}
            value={id}
            spellCheck={false}
            onChange={(event) => setId(event.target.value)}
          />
        </label>
        <Happened session={session} at={at} />
        {fork.error && <Trouble error={fork.error} />}
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button strong" disabled={fork.isPending || id.trim() === ''}>
            <GitFork size={14} aria-hidden />
            {fork.isPending ? 'Forking…' : 'Fork'}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** Effects that cannot be taken back by forking to a moment before them. */
function Happened({ session, at }: Pick<Props, 'session' | 'at'>) {
  const { data, error } = useQuery({
    queryKey: ['session', session.id, 'effects', at],
    queryFn: ({ signal }) => effectsSince(session.id, at, signal),
    staleTime: 2000,
  })
  if (at === session.revision) return <p className="dim">This is the newest revision: nothing happened after it.</p>
  if (error) return <p className="dim">Which effects already happened could not be read; the answer to the fork will say.</p>
  if (!data) return <p className="dim">Looking for effects that already happened…</p>
  const { effects, more } = data
  if (effects.length === 0) return <p className="dim">No effect of this session is known to have happened after v{at}.</p>
  return (
    <div className="notice warned">
      <h2>
        <TriangleAlert size={15} aria-hidden />
        {more && 'More than '}
        {effects.length === 1 ? '1 effect has' : `${effects.length} effects have`} already happened after v{at}
      </h2>
      <p className="dim">The fork begins before that, and may do it again.</p>
      <ul className="mono">
        {effects.slice(0, 6).map(({ effect, name, at: promised }) => (
          <li key={effect}>
            {name} <span className="dim">{exact(promised)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
