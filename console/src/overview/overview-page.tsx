import { useQuery } from '@tanstack/react-query'
import { type Attention, getOverview, type Load, type Overview } from '../api/overview.ts'
import { listRuns } from '../api/run.ts'
import { useApprovals } from '../approvals/use-approvals.ts'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { bytes, count, milliseconds, share } from '../time/amount.ts'
import { instant } from '../time/instant.ts'
import { AttentionQueue } from './attention-queue.tsx'
import { Chart } from './chart.tsx'
import { ofRuns } from './of-runs.ts'
import './overview.css'

export default function OverviewPage() {
  const { data, error, refetch } = useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => getOverview(signal),
    // Until there is a line to draw, ask for it as soon as the server can have measured.
    refetchInterval: ({ state }) => ((state.data?.load.history.length ?? 0) < 2 ? 500 : 2000),
  })
  const runs = useRunsInNeed()
  if (!data && error)
    return (
      <div className="center">
        <Trouble error={error} onRetry={() => void refetch()} />
      </div>
    )
  if (!data) return <Bones rows={12} />
  return (
    <div className="overview scroll" tabIndex={0} role="group" aria-label="Overview">
      <AttentionQueue attention={[...data.attention, ...runs]} empty={data.sessions.estimate === 0} />
      <Charts load={data.load} />
      <Figures overview={data} />
    </div>
  )
}

/** As many failed runs as the server names of other things that failed. */
const MOST_FAILED = 20

function useRunsInNeed(): readonly Attention[] {
  const { data: approvals = [] } = useApprovals()
  const { data: failed = [] } = useQuery({
    queryKey: ['runs', 'failed', MOST_FAILED],
    queryFn: ({ signal }) => listRuns({ status: 'failed', limit: MOST_FAILED }, signal),
  })
  return ofRuns(approvals, failed)
}

function Charts({ load }: { readonly load: Load }) {
  const points = load.history.map(({ at, commits, p99 }) => ({ at: instant(at), commits, p99 }))
  return (
    <section aria-label="Load">
      <h2>Load</h2>
      <div className="charts">
        <Chart
          name="Commits per second"
          // Before the first second is over, no rate was measured: that is not a rate of zero.
          now={points.length === 0 ? '–' : count(Math.round(load.commits_per_second))}
          points={points.map(({ at, commits }) => ({ at, value: commits }))}
          unit=""
        />
        <Chart
          name="Commit p99"
          now={milliseconds(load.commit_p99_ms)}
          points={points.map(({ at, p99 }) => ({ at, value: p99 }))}
          unit=" ms"
        />
      </div>
    </section>
  )
}

function nodesOf({ nodes }: Overview): readonly (readonly [string, string, string])[] {
  if (nodes === undefined) return []
  const note = nodes.draining + nodes.dead === 0 ? 'work on this store' : `${nodes.draining} draining, ${nodes.dead} dead`
  return [['Nodes', count(nodes.up), note]]
}

function Figures({ overview }: { readonly overview: Overview }) {
  const { load, sessions, store } = overview
  const figures: readonly (readonly [string, string, string])[] = [
    ['Sessions', `about ${count(sessions.estimate)}`, 'counted up to 10,000'],
    ['Commit p50', milliseconds(load.commit_p50_ms), 'half of the commits are faster'],
    ['Waiting to commit', count(load.queue_depth), 'commits not yet on disk'],
    ['Effects due', count(load.outbox.due), `${count(load.outbox.running)} running, ${count(load.outbox.dead)} given up`],
    ['Cache', bytes(load.cache_bytes), `${share(load.cache_hits, load.cache_hits + load.cache_misses)} of reads hit`],
    ['Memory', bytes(load.rss_bytes), 'of the server process'],
    ['Event loop p99', milliseconds(load.loop_delay_p99_ms), 'delay; above 50 ms it is overloaded'],
    ['Followers', count(load.feed_subscribers), 'streams open on the feed'],
    ...nodesOf(overview),
    ['Store', bytes(store.bytes), `${store.name}, version ${store.version}`],
  ]
  return (
    <section aria-label="Health">
      <h2>Health</h2>
      <dl className="figures">
        {figures.map(([name, value, note]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="value">{value}</dd>
            <dd className="dim cut" title={note}>
              {note}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
