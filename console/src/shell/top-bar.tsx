import { Menu, Search } from 'lucide-react'
import { Link } from '../route/link.tsx'
import { usePath } from '../route/location.ts'
import { routeOf } from '../route/route.ts'
import { LivePill } from './live-pill.tsx'
import { places } from './places.ts'

interface Props {
  readonly onMenu: () => void
  readonly onJump: () => void
}

export function TopBar({ onMenu, onJump }: Props) {
  return (
    <header className="top">
      <button type="button" className="icon-button menu-button" aria-label="Open the navigation" onClick={onMenu}>
        <Menu size={16} aria-hidden />
      </button>
      <Crumbs />
      <LivePill />
      <button type="button" className="jump" onClick={onJump}>
        <Search size={13} aria-hidden />
        <span>Jump to…</span>
        <kbd>Ctrl K</kbd>
      </button>
    </header>
  )
}

function Crumbs() {
  const path = usePath()
  const route = routeOf(path)
  const place = places.find(({ to }) => path === to || path.startsWith(`${to}/`)) ?? places[0]
  return (
    <ol className="crumbs">
      <li>
        <Link to="/overview" className="brand">
          Holdfast
        </Link>
      </li>
      {place && 'id' in route ? (
        <>
          <li>
            <Link to={place.to}>{place.name}</Link>
          </li>
          <li>
            <h1 className="mono cut">{route.id}</h1>
          </li>
        </>
      ) : (
        <li>
          <h1 className="cut">{route.page === 'unknown' ? 'Not found' : place?.name}</h1>
        </li>
      )}
    </ol>
  )
}
