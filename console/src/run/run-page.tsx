import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { problemOf } from '../api/problem.ts'
import { getRun, type Run } from '../api/run.ts'
import { useDeciding } from '../approvals/use-deciding.tsx'
import { Link } from '../route/link.tsx'
import { useSearch, useSetSearch } from '../route/location.ts'
import { Tabs } from '../shell/tabs.tsx'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { CancelDialog } from './cancel-dialog.tsx'
import { MendDialog, type Mending } from './mend-dialog.tsx'
import { RunNotice } from './run-notice.tsx'
import { RunSide } from './run-side.tsx'
import { SendDialog } from './send-dialog.tsx'
import { StepsTab } from './steps-tab.tsx'
import { StreamTab } from './stream-tab.tsx'
import { runTabs, runViewOf } from './view.ts'
import '../session/inspector.css'
import '../session/session.css'
import './run.css'

export default function RunPage({ id }: { readonly id: string }) {
  const { data, error, refetch } = useQuery({ queryKey: ['run', id, 'now'], queryFn: ({ signal }) => getRun(id, signal) })
  if (data) return <Present run={data} />
  if (!error) return <Bones rows={16} />
  return (
    <div className="center">
      <Trouble error={error} onRetry={() => void refetch()} />
      {problemOf(error).code === 'not_found' && (
        <Link to="/runs" className="button">
          All runs
        </Link>
      )}
    </div>
  )
}

function Present({ run }: { readonly run: Run }) {
  const { tab, stream } = runViewOf(useSearch())
  const set = useSetSearch()
  const { decide, dialog } = useDeciding()
  const [sending, setSending] = useState<string>()
  const [cancelling, setCancelling] = useState(false)
  const [mending, setMending] = useState<Mending>()
  return (
    <div className="session">
      <Tabs
        label="Views of this run"
        tabs={runTabs}
        tab={tab}
        panel="run-panel"
        onChoose={(name) => set({ tab: name === 'steps' ? null : name })}
      />
      <RunNotice run={run} onDecide={decide} onSend={setSending} onCancel={() => setCancelling(true)} onMend={setMending} />
      <div className="session-body run-body">
        <div className="run-main" role="tabpanel" id="run-panel" aria-labelledby={`tab-${tab}`}>
          {tab === 'steps' ? <StepsTab run={run} /> : <StreamTab run={run} name={stream} />}
        </div>
        <RunSide run={run} onCancel={() => setCancelling(true)} onSend={() => setSending('')} />
      </div>
      {dialog}
      {sending !== undefined && <SendDialog run={run.id} event={sending} onClose={() => setSending(undefined)} />}
      {mending !== undefined && <MendDialog run={run} mending={mending} onClose={() => setMending(undefined)} />}
      {cancelling && <CancelDialog run={run} onClose={() => setCancelling(false)} />}
    </div>
  )
}
