import { type ReactNode, useMemo, useState } from 'react'
import { navigate } from '../route/location.ts'
import { Boundary } from './boundary.tsx'
import { Help } from './help.tsx'
import { useKeys } from './keys.ts'
import { Navigation } from './navigation.tsx'
import { Palette } from './palette.tsx'
import { Said } from './say.tsx'
import { TopBar } from './top-bar.tsx'
import './shell.css'

type Above = 'nothing' | 'palette' | 'help' | 'menu'

/** What stays while pages come and go. */
export function Shell({ children, page }: { readonly children: ReactNode; readonly page: string }) {
  const [above, setAbove] = useState<Above>('nothing')
  const close = () => setAbove('nothing')
  const leading = useMemo(() => ({ at: 0 }), [])
  const keys = useMemo(() => {
    const second = (to: string) => () => {
      if (performance.now() - leading.at < 1200) navigate(to)
    }
    return {
      'Ctrl k': () => setAbove('palette'),
      '?': () => setAbove('help'),
      g: () => {
        leading.at = performance.now()
      },
      o: second('/overview'),
      s: second('/sessions'),
      c: second('/statecharts'),
      a: second('/approvals'),
      r: second('/runs'),
      '/': () => document.querySelector<HTMLInputElement>('[data-search]')?.focus(),
    }
  }, [leading])
  useKeys(keys)
  return (
    <div className="shell">
      <a className="skip button" href="#page">
        Skip to the page
      </a>
      <TopBar onMenu={() => setAbove('menu')} onJump={() => setAbove('palette')} />
      <Navigation open={above === 'menu'} onClose={close} onHelp={() => setAbove('help')} />
      <main className="page" id="page" tabIndex={-1}>
        <Boundary key={page}>{children}</Boundary>
      </main>
      <footer id="foot" className="foot" />
      {above === 'palette' && <Palette onClose={close} onHelp={() => setAbove('help')} />}
      {above === 'help' && <Help onClose={close} />}
      <Said />
    </div>
  )
}
