import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo } from 'react'
import { problemOf } from '../api/problem.ts'
import { getSession, type Session } from '../api/session.ts'
import { Link } from '../route/link.tsx'
import { useSearch, useSetSearch } from '../route/location.ts'
import { useKeys } from '../shell/keys.ts'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { PastBanner } from './past-banner.tsx'
import { Scrubber } from './scrubber.tsx'
import { StateTab } from './state-tab.tsx'
import { Tabs } from './tabs.tsx'
import { compared, type SessionView, viewOf } from './view.ts'
import './session.css'

const TimelineTab = lazy(() => import('./timeline-tab.tsx'))
const ContextTab = lazy(() => import('./context-tab.tsx'))
const LogTab = lazy(() => import('./log-tab.tsx'))

export default function SessionPage({ id }: { readonly id: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['session', id, 'now'],
    queryFn: ({ signal }) => getSession(id, signal),
  })
  if (data) return <Present session={data} />
  if (!error) return <Bones rows={16} />
  return (
    <div className="center">
      <Trouble error={error} onRetry={() => void refetch()} />
      {problemOf(error).code === 'not_found' && (
        <Link to={`/sessions?prefix=${encodeURIComponent(id.slice(0, 8))}`} className="button">
          Find sessions that begin alike
        </Link>
      )}
    </div>
  )
}

function Present({ session }: { readonly session: Session }) {
  const view = viewOf(useSearch())
  const { at, from, past } = compared(view, session.revision)
  const go = useTravel(session.revision, view.from !== null)
  const keys = useMemo(
    () => ({
      ArrowLeft: () => go(at - 1),
      ArrowRight: () => go(at + 1),
      Home: () => go(1),
      End: () => go(session.revision),
      Escape: () => go(session.revision),
    }),
    [go, at, session.revision],
  )
  useKeys(keys)
  return (
    <div className="session">
      <Tabs tab={view.tab} />
      {past && <PastBanner session={session} at={at} onBack={() => go(session.revision)} />}
      <div className="session-body" role="tabpanel" id="session-panel" aria-labelledby={`tab-${view.tab}`}>
        <Suspense fallback={<Bones />}>
          <TabBody view={view} session={session} at={at} from={from} onGo={go} />
        </Suspense>
      </div>
      <Scrubber session={session} at={at} onGo={go} />
    </div>
  )
}

interface BodyProps {
  readonly view: SessionView
  readonly session: Session
  readonly at: number
  readonly from: number
  readonly onGo: (revision: number) => void
}

function TabBody({ view, session, at, from, onGo }: BodyProps) {
  switch (view.tab) {
    case 'state':
      return <StateTab session={session} at={at} from={from} path={view.path} />
    case 'timeline':
      return <TimelineTab session={session} at={at} from={from} onGo={onGo} />
    case 'context':
      return <ContextTab session={session} at={at} />
    case 'log':
      return <LogTab session={session} />
  }
}

/** Goes to a revision; the newest one means following what comes. A comparison chosen by hand ends with the step. */
function useTravel(head: number, comparing: boolean): (revision: number) => void {
  const set = useSetSearch()
  return useMemo(
    () => (revision) => {
      const at = Math.max(1, Math.min(head, revision))
      set({ at: at === head ? null : at, ...(comparing && { from: null }) }, { replace: true })
    },
    [head, comparing, set],
  )
}
