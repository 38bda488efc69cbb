import { CircleHelp, X } from 'lucide-react'
import { WaitingCount } from '../approvals/waiting-count.tsx'
import { Link } from '../route/link.tsx'
import { usePath } from '../route/location.ts'
import { places } from './places.ts'
import { ThemeButton } from './theme-button.tsx'

interface Props {
  readonly open: boolean
  readonly onClose: () => void
  readonly onHelp: () => void
}

export function Navigation({ open, onClose, onHelp }: Props) {
  const path = usePath()
  const here = (to: string) => path === to || path.startsWith(`${to}/`) || (path === '/' && to === '/overview')
  return (
    <>
      <nav className="nav" aria-label="Main" data-open={open}>
        <button type="button" className="icon-button nav-close" aria-label="Close the navigation" onClick={onClose}>
          <X size={15} aria-hidden />
        </button>
        {places.map(({ name, to, icon: Icon }) => (
          <Link key={to} to={to} aria-current={here(to) ? 'page' : undefined} onClick={onClose}>
            <Icon size={15} aria-hidden />
            {name}
            {to === '/approvals' && <WaitingCount />}
          </Link>
        ))}
        <div className="tools">
          <ThemeButton />
          <button type="button" className="icon-button" aria-label="Keyboard help" title="Keyboard help (?)" onClick={onHelp}>
            <CircleHelp size={15} aria-hidden />
          </button>
        </div>
      </nav>
      {open && <div className="nav-veil" onClick={onClose} aria-hidden />}
    </>
  )
}
