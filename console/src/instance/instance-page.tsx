import { lazy, Suspense } from 'react'
import type { Instance, InstanceMoment } from '../api/instance.ts'
import { problemOf } from '../api/problem.ts'
import { PastBanner } from '../past/past-banner.tsx'
import { Scrubber } from '../past/scrubber.tsx'
import { useTravel } from '../past/use-travel.ts'
import { Link } from '../route/link.tsx'
import { useSearch, useSetSearch } from '../route/location.ts'
import { Tabs } from '../shell/tabs.tsx'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { ChartTab } from './chart-tab.tsx'
import { ForkDialog } from './fork-dialog.tsx'
import { useInstance, useInstanceAt, useNamedSteps, useSteps } from './use-instance.ts'
import { type InstanceTab, instanceTabs, instanceViewOf } from './view.ts'
import '../session/inspector.css'
import '../session/session.css'
import '../statecharts/statechart.css'
import './instance.css'

const ContextTab = lazy(() => import('./context-tab.tsx'))
const StepsTab = lazy(() => import('./steps-tab.tsx'))

export default function InstancePage({ id }: { readonly id: string }) {
  const { data, error, refetch } = useInstance(id)
  if (data) return <Present instance={data} />
  if (!error) return <Bones rows={16} />
  return (
    <div className="center">
      <Trouble error={error} onRetry={() => void refetch()} />
      {problemOf(error).code === 'not_found' && (
        <Link to="/instances" className="button">
          All instances
        </Link>
      )}
    </div>
  )
}

function Present({ instance }: { readonly instance: Instance }) {
  const { id, revision: head, status } = instance
  const view = instanceViewOf(useSearch())
  const set = useSetSearch()
  const at = Math.min(view.at ?? head, head)
  const past = at < head
  const go = useTravel(at, head)
  const then = useInstanceAt(id, past ? at : 0)
  const made = useSteps(id, at, at, head).get(at)?.at
  const updated = useSteps(id, head, head, head).get(head)?.at
  const choose = (tab: InstanceTab) => set({ tab: tab === 'chart' ? null : tab })
  const shown = past ? then.data : instance
  return (
    <div className="session">
      <Tabs label="Views of this instance" tabs={instanceTabs} tab={view.tab} panel="instance-panel" onChoose={choose} />
      {past && <PastBanner at={at} head={head} made={made} updated={updated} onBack={() => go(head)} />}
      <div className="session-body" role="tabpanel" id="instance-panel" aria-labelledby={`tab-${view.tab}`}>
        <Suspense fallback={<Bones />}>
          {shown ? (
            <TabBody tab={view.tab} instance={instance} shown={shown} at={at} onGo={go} />
          ) : then.error ? (
            <div className="center">
              <Trouble error={then.error} onRetry={() => void then.refetch()} />
            </div>
          ) : (
            <Bones />
          )}
        </Suspense>
      </div>
      <Scrubber
        {...{ head, at, id }}
        alive={status === 'active'}
        useMoments={useNamedSteps}
        onGo={go}
        fork={(close) => <ForkDialog instance={instance} at={at} onClose={close} />}
      />
    </div>
  )
}

interface BodyProps {
  readonly tab: InstanceTab
  readonly instance: Instance
  /** What is on screen: the instance as it is, or was. */
  readonly shown: InstanceMoment
  readonly at: number
  readonly onGo: (revision: number) => void
}

function TabBody({ tab, instance, shown, at, onGo }: BodyProps) {
  switch (tab) {
    case 'chart':
      return <ChartTab instance={instance} shown={shown} at={at} />
    case 'context':
      return <ContextTab shown={shown} at={at} />
    case 'steps':
      return <StepsTab instance={instance} at={at} onGo={onGo} />
  }
}
