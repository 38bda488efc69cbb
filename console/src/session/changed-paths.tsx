import { TriangleAlert } from 'lucide-react'
import type { MouseEvent, ReactNode } from 'react'
import type { Session } from '../api/session.ts'
import { Link } from '../route/link.tsx'
import { changedSearch, useSearch } from '../route/location.ts'
import type { Node } from '../value/tree.ts'
import { changesOf } from './changes.ts'

interface ChangesProps {
  readonly tree: Node
  readonly from: number
  readonly at: number
  readonly onPath: (path: string) => void
}

/** What differs between the revisions on screen. */
export function Changes({ tree, from, at, onPath }: ChangesProps) {
  const { lines, more } = changesOf(tree, 12)
  return (
    <section>
      <h2>
        Changed <span className="dim">since v{from}</span>
      </h2>
      {lines.length === 0 && <p className="dim">Nothing: v{at} holds the same values.</p>}
      <ul className="changes mono">
        {lines.map(({ path, sign, text }) => (
          <li key={`${sign}${path}`} className={sign === '+' ? 'added' : 'removed'}>
            <span aria-hidden>{sign}</span>
            <span className="hidden">{sign === '+' ? 'added' : 'removed'}</span>
            <PathLink path={path} onPath={onPath} title={path}>
              {path}: {text}
            </PathLink>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="dim">and {more} more</p>}
    </section>
  )
}

/** What does not fit the schema. */
export function Misfits({ session, onPath }: { readonly session: Session; readonly onPath: (path: string) => void }) {
  return (
    <section>
      <h2 className="warned">
        <TriangleAlert size={13} aria-hidden />
        Does not fit its schema
      </h2>
      <dl className="misfits">
        {session.invalid.map(({ path, message }) => (
          <div key={path}>
            <dt className="mono">
              <PathLink path={path} onPath={onPath}>
                {path}
              </PathLink>
            </dt>
            <dd className="dim">{message}</dd>
          </div>
        ))}
      </dl>
      <p className="dim">Write a value that fits: choose it in the tree and press e.</p>
    </section>
  )
}

interface PathLinkProps {
  readonly path: string
  readonly onPath: (path: string) => void
  readonly title?: string
  readonly children: ReactNode
}

/** Leads to a value in the tree, at the revisions on screen; the address can be copied. */
function PathLink({ path, onPath, ...rest }: PathLinkProps) {
  const search = useSearch()
  // With a key held down the link opens elsewhere, and this page stays as it is.
  const follow = (event: MouseEvent) => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) onPath(path)
  }
  return <Link to={location.pathname + changedSearch(search.toString(), { path })} className="cut" onClick={follow} {...rest} />
}
