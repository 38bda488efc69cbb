import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { problemOf } from '../api/problem.ts'
import { eventName } from '../api/revision.ts'
import { getSession, type Session } from '../api/session.ts'
import { PastBanner } from '../past/past-banner.tsx'
import { Scrubber } from '../past/scrubber.tsx'
import { useTravel } from '../past/use-travel.ts'
import { Link } from '../route/link.tsx'
import { useSearch, useSetSearch } from '../route/location.ts'
import { Tabs } from '../shell/tabs.tsx'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { ForkDialog } from './fork-dialog.tsx'
import { StateTab } from './state-tab.tsx'
import { useMoment, useRevisions } from './use-revisions.ts'
import { compared, type SessionView, type Tab, tabs, viewOf } from './view.ts'
import './session.css'

const ConversationTab = lazy(() => import('../conversation/conversation-tab.tsx'))
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
  const { id, revision: head, updated, status } = session
  const view = viewOf(useSearch())
  const set = useSetSearch()
  const { at, from, past } = compared(view, head)
  const go = useTravel(at, head, view.from !== null)
  const then = useMoment(id, past ? at : 0)
  const choose = (tab: Tab) => set({ tab: tab === 'state' ? null : tab })
  return (
    <div className="session">
      <Tabs label="Views of this session" tabs={tabs} tab={view.tab} panel="session-panel" onChoose={choose} />
      {past && <PastBanner at={at} head={head} made={then.data?.at} updated={updated} onBack={() => go(head)} />}
      <div className="session-body" role="tabpanel" id="session-panel" aria-labelledby={`tab-${view.tab}`}>
        <Suspense fallback={<Bones />}>
          <TabBody view={view} session={session} at={at} from={from} past={past} onGo={go} />
        </Suspense>
      </div>
      <Scrubber
        {...{ head, at, id }}
        alive={status === 'open' || status === 'idle'}
        useMoments={useNamedRevisions}
        onGo={go}
        fork={(close) => <ForkDialog session={session} at={at} onClose={close} />}
      />
    </div>
  )
}

function useNamedRevisions(id: string, first: number, last: number, head: number) {
  const revisions = useRevisions(id, first, last, head)
  return (number: number) => {
    const revision = revisions.get(number)
    return revision && { name: eventName(revision), at: revision.at }
  }
}

interface BodyProps {
  readonly view: SessionView
  readonly session: Session
  readonly at: number
  readonly from: number
  readonly past: boolean
  readonly onGo: (revision: number) => void
}

function TabBody({ view, session, at, from, past, onGo }: BodyProps) {
  switch (view.tab) {
    case 'state':
      return <StateTab session={session} at={at} from={from} path={view.path} />
    case 'conversation':
      return <ConversationTab session={session.id} past={past} />
    case 'timeline':
      return <TimelineTab session={session} at={at} from={from} onGo={onGo} />
    case 'context':
      return <ContextTab session={session} at={at} />
    case 'log':
      return <LogTab session={session} />
  }
}
