import { lazy, Suspense, useEffect } from 'react'
import { usePath } from './route/location.ts'
import { type Route, routeOf } from './route/route.ts'
import { Shell } from './shell/shell.tsx'
import { Bones } from './shell/trouble.tsx'

const OverviewPage = lazy(() => import('./overview/overview-page.tsx'))
const SessionsPage = lazy(() => import('./sessions/sessions-page.tsx'))
const SessionPage = lazy(() => import('./session/session-page.tsx'))
const StatechartsPage = lazy(() => import('./statecharts/statecharts-page.tsx'))
const StatechartPage = lazy(() => import('./statecharts/statechart-page.tsx'))
const InstancesPage = lazy(() => import('./instances/instances-page.tsx'))
const InstancePage = lazy(() => import('./instance/instance-page.tsx'))
const ApprovalsPage = lazy(() => import('./approvals/approvals-page.tsx'))
const RunsPage = lazy(() => import('./runs/runs-page.tsx'))
const RunPage = lazy(() => import('./run/run-page.tsx'))
const NodesPage = lazy(() => import('./nodes/nodes-page.tsx'))
const ComingPage = lazy(() => import('./empty/coming-page.tsx'))
const UnknownPage = lazy(() => import('./empty/unknown-page.tsx'))

export function App() {
  const route = routeOf(usePath())
  const title = titleOf(route)
  useEffect(() => {
    document.title = `${title} · Holdfast`
  }, [title])
  return (
    <Shell page={title}>
      <Suspense fallback={<Bones />}>
        <Page route={route} />
      </Suspense>
    </Shell>
  )
}

function Page({ route }: { readonly route: Route }) {
  switch (route.page) {
    case 'overview':
      return <OverviewPage />
    case 'sessions':
      return <SessionsPage />
    case 'session':
      return <SessionPage key={route.id} id={route.id} />
    case 'statecharts':
      return <StatechartsPage />
    case 'statechart':
      return <StatechartPage key={route.id} id={route.id} />
    case 'instances':
      return <InstancesPage />
    case 'instance':
      return <InstancePage key={route.id} id={route.id} />
    case 'approvals':
      return <ApprovalsPage />
    case 'runs':
      return <RunsPage />
    case 'run':
      return <RunPage key={route.id} id={route.id} />
    case 'nodes':
      return <NodesPage />
    case 'coming':
      return <ComingPage name={route.name} />
    case 'unknown':
      return <UnknownPage />
  }
}

const titles = {
  overview: 'Overview',
  sessions: 'Sessions',
  statecharts: 'Statecharts',
  instances: 'Instances',
  approvals: 'Approvals',
  runs: 'Runs',
  nodes: 'Nodes',
  unknown: 'Not found',
}

function titleOf(route: Route): string {
  if (route.page === 'session') return `Session ${route.id}`
  if (route.page === 'statechart') return `Statechart ${route.id}`
  if (route.page === 'instance') return `Instance ${route.id}`
  if (route.page === 'run') return `Run ${route.id}`
  if (route.page === 'coming') return route.name.charAt(0).toUpperCase() + route.name.slice(1)
  return titles[route.page]
}
