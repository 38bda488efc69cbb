import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ListChecks } from 'lucide-react'
import { listRuns, type RunFields, runStatuses } from '../api/run.ts'
import { useSearch, useSetSearch } from '../route/location.ts'
import { ChoiceField, TextField } from '../sessions/filter-field.tsx'
import { Command } from '../shell/command.tsx'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { RunTable } from './run-table.tsx'
import '../statecharts/statecharts.css'
import './runs.css'

/** The most that the server lists at once. */
const MOST = 1000
const FIRST = 100

/** Which runs there are, and how they stand; what is asked for stands in the address. */
export default function RunsPage() {
  const search = useSearch()
  const asked = { status: search.get('status'), task: search.get('task'), session: search.get('session') }
  const limit = Math.min(MOST, Math.max(1, Number.parseInt(search.get('limit') ?? '', 10) || FIRST))
  const { data, error, refetch } = useQuery({
    queryKey: ['runs', asked, limit],
    queryFn: ({ signal }) => listRuns({ ...asked, limit }, signal),
    placeholderData: keepPreviousData,
  })
  const isFiltered = Object.values(asked).some((value) => value !== null)
  if (error && !data)
    return (
      <div className="center">
        <Trouble error={error} onRetry={() => void refetch()} />
      </div>
    )
  return (
    <div className="runs">
      <Filters asked={asked} />
      {!data ? (
        <Bones rows={8} />
      ) : data.length === 0 ? (
        isFiltered ? (
          <p className="empty dim">No run fits. Take a filter away.</p>
        ) : (
          <NoRuns />
        )
      ) : (
        <div className="statecharts scroll" tabIndex={0} role="region" aria-label="Runs">
          <RunTable runs={data} />
          {data.length >= limit && <More limit={limit} />}
        </div>
      )}
    </div>
  )
}

function Filters({ asked }: { readonly asked: RunFields }) {
  const set = useSetSearch()
  const change = (name: keyof RunFields) => (value: string) =>
    set({ [name]: value.trim() || null, limit: null }, { replace: true })
  return (
    <search className="bar" aria-label="Runs">
      <TextField label="Task" value={asked.task ?? ''} onChange={change('task')} first />
      <TextField label="Session" value={asked.session ?? ''} onChange={change('session')} />
      <ChoiceField label="Status" value={asked.status ?? ''} onChange={change('status')}>
        <option value="">Any status</option>
        {runStatuses.map((status) => (
          <option key={status} value={status}>
            {status === 'failed' ? 'failed (dead letters)' : status.replace('_', ' ')}
          </option>
        ))}
      </ChoiceField>
    </search>
  )
}

function More({ limit }: { readonly limit: number }) {
  const set = useSetSearch()
  if (limit >= MOST)
    return <p className="more dim">These are the first {MOST.toLocaleString('en')}. Narrow the filter to find others.</p>
  return (
    <button type="button" className="button more" onClick={() => set({ limit: Math.min(MOST, limit * 3) }, { replace: true })}>
      Show more
    </button>
  )
}

function NoRuns() {
  return (
    <div className="center">
      <ListChecks size={24} className="dim" aria-hidden />
      <h2>Durable code at work.</h2>
      <p className="dim">
        A run is one course of a task: each step is recorded once, and waiting holds no process. Programs start them with
        session.start(task, input).
      </p>
      <Command text="npx holdfast runs list" />
    </div>
  )
}
