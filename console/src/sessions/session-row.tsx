import type { SessionSummary } from '../api/session.ts'
import { Link } from '../route/link.tsx'
import { navigate } from '../route/location.ts'
import { sessionAddress } from '../route/route.ts'
import { exact, relative } from '../time/instant.ts'
import { useNow } from '../time/use-now.ts'
import { Status } from './status.tsx'

interface Props {
  readonly index: number
  readonly top: number
  readonly session: SessionSummary | undefined
  readonly chosen: boolean
}

export function SessionRow({ index, top, session, chosen }: Props) {
  const now = useNow()
  if (!session)
    return (
      <div role="row" className="session-row" style={{ top }} aria-rowindex={index + 2} tabIndex={-1}>
        <span role="gridcell" className="dim" tabIndex={-1}>
          …
        </span>
      </div>
    )
  const to = sessionAddress(session.id)
  return (
    <div
      role="row"
      id={`session-${index}`}
      aria-rowindex={index + 2}
      aria-selected={chosen}
      className="session-row"
      style={{ top }}
      tabIndex={-1}
      onClick={(event) => event.target instanceof HTMLAnchorElement || navigate(to)}
    >
      <Cell name="status">
        <Status status={session.status} />
      </Cell>
      <Cell name="id">
        <Link to={to} className="mono" tabIndex={-1}>
          {session.id}
        </Link>
      </Cell>
      <Cell name="definition">
        <span className="mono">{session.definition ?? ''}</span>
      </Cell>
      <Cell name="user">
        <span className="mono">{session.user ?? ''}</span>
      </Cell>
      <Cell name="tags">
        {session.tags.map((tag) => (
          <span key={tag} className="tag cut">
            {tag}
          </span>
        ))}
      </Cell>
      <Cell name="revision">
        <span className="mono">v{session.revision}</span>
      </Cell>
      <Cell name="changed">
        <time title={exact(session.updated)}>{relative(session.updated, now)}</time>
      </Cell>
    </div>
  )
}

function Cell({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <span role="gridcell" className={`cut c-${name}`} tabIndex={-1}>
      {children}
    </span>
  )
}
