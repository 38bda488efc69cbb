import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { eventName, type Revision } from '../api/revision.ts'
import { closeSession, reopenSession, type Session } from '../api/session.ts'
import { Link } from '../route/link.tsx'
import { sessionAddress } from '../route/route.ts'
import { Status } from '../sessions/status.tsx'
import { say } from '../shell/say.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { exact, relative } from '../time/instant.ts'
import { useNow } from '../time/use-now.ts'
import type { Node } from '../value/tree.ts'
import { Changes, Misfits } from './changed-paths.tsx'
import { SessionMachines } from './session-machines.tsx'
import { SessionRuns } from './session-runs.tsx'
import { useRevisions } from './use-revisions.ts'
import './inspector.css'

interface Props {
  readonly session: Session
  readonly at: number
  readonly from: number
  readonly tree: Node | undefined
  /** Looks at a value in the tree. */
  readonly onPath: (path: string) => void
}

/** What happened at the revision on screen, and what is known of the session. */
export function Inspector({ session, at, from, tree, onPath }: Props) {
  const revision = useRevisions(session.id, at, at, session.revision).get(at)
  return (
    <aside className="inspector scroll" aria-label="Inspector">
      <section>
        <h2>
          v{at} <span className="dim">{revision ? eventName(revision) : ''}</span>
        </h2>
        {revision && <RevisionFacts revision={revision} />}
      </section>
      {from > 0 && tree && <Changes tree={tree} from={from} at={at} onPath={onPath} />}
      {session.invalid.length > 0 && at === session.revision && <Misfits session={session} onPath={onPath} />}
      <SessionMachines session={session.id} />
      <SessionRuns session={session.id} />
      <section>
        <h2>Session</h2>
        <SessionFacts session={session} />
        <Life session={session} />
      </section>
    </aside>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="cut">{children}</dd>
    </div>
  )
}

function RevisionFacts({ revision }: { readonly revision: Revision }) {
  const { actor, cause, source, op, commit, at } = revision
  const facts = { by: actor, cause, source, operation: op, commit: commit === null ? null : String(commit) }
  return (
    <dl className="facts">
      <Fact name="at">
        <time className="mono" title={exact(at)}>
          {exact(at).slice(0, 19)}
        </time>
      </Fact>
      {Object.entries(facts).map(([name, text]) =>
        text ? (
          <Fact key={name} name={name}>
            <span className="mono" title={text}>
              {text}
            </span>
          </Fact>
        ) : null,
      )}
    </dl>
  )
}

function SessionFacts({ session }: { readonly session: Session }) {
  const now = useNow()
  const { definition, user, tags, created, updated, expires, origin } = session
  return (
    <dl className="facts">
      <Fact name="status">
        <Status status={session.status} />
      </Fact>
      {definition && (
        <Fact name="definition">
          <span className="mono">{definition}</span>
        </Fact>
      )}
      {user && (
        <Fact name="user">
          <Link to={`/sessions?user=${encodeURIComponent(user)}`} className="mono">
            {user}
          </Link>
        </Fact>
      )}
      {tags.length > 0 && (
        <Fact name="tags">
          {tags.map((tag) => (
            <span key={tag} className="tag">
              {tag}
            </span>
          ))}
        </Fact>
      )}
      <Fact name="created">
        <time title={exact(created)}>{relative(created, now)}</time>
      </Fact>
      <Fact name="changed">
        <time title={exact(updated)}>{relative(updated, now)}</time>
      </Fact>
      {expires !== null && expires !== undefined && (
        <Fact name="expires">
          <time title={exact(expires)}>{relative(expires, now)}</time>
        </Fact>
      )}
      {origin && (
        <Fact name="forked from">
          <Link to={sessionAddress(origin.id, { at: origin.revision })} className="mono">
            {origin.id} v{origin.revision}
          </Link>
        </Fact>
      )}
    </dl>
  )
}

/** Closing and reopening undo each other, so neither asks twice. */
function Life({ session }: { readonly session: Session }) {
  const client = useQueryClient()
  const closed = session.status === 'closed'
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => (closed ? reopenSession(session) : closeSession(session)),
    onSuccess: () => say(closed ? 'Reopened: it takes writes again' : 'Closed: it takes no more writes'),
    onSettled: () => client.invalidateQueries({ queryKey: ['session', session.id] }),
  })
  if (session.status === 'expired') return null
  return (
    <>
      <button
        type="button"
        className="button"
        disabled={isPending}
        title={closed ? 'The session takes writes again' : 'The session takes no writes until it is reopened'}
        onClick={() => mutate()}
      >
        {closed ? 'Reopen session' : 'Close session'}
      </button>
      {error && <Trouble error={error} />}
    </>
  )
}
