import { useQuery } from '@tanstack/react-query'
import { CornerDownLeft, ListChecks, ListTree, Stamp, Workflow } from 'lucide-react'
import { listMachines } from '../api/machine.ts'
import { listRuns, runName } from '../api/run.ts'
import { listSessions } from '../api/session.ts'
import { useApprovals } from '../approvals/use-approvals.ts'
import { navigate } from '../route/location.ts'
import { approvalsAddress, runAddress, sessionAddress, statechartAddress } from '../route/route.ts'
import { type Entry, fitting } from './palette-entry.ts'
import { places } from './places.ts'
import { setTheme } from './theme.ts'

/** What can be jumped to for a text: all pages while it is empty, else what fits. */
export function useEntries(text: string, onHelp: () => void): readonly Entry[] {
  const { data } = useQuery({
    queryKey: ['sessions', 'palette', text],
    queryFn: ({ signal }) => listSessions({ prefix: text, limit: 8 }, signal),
    staleTime: 5000,
  })
  const pages: Entry[] = places.map(({ name, to, icon }) => ({ key: to, name, icon, what: 'page', run: () => navigate(to) }))
  const action = (name: string, run: () => void): Entry => ({ key: name, name, icon: CornerDownLeft, what: 'action', run })
  const actions = [
    action('Use the dark theme', () => setTheme('dark')),
    action('Use the light theme', () => setTheme('light')),
    action('Follow the theme of the system', () => setTheme('system')),
    action('Show the keyboard help', onHelp),
  ]
  const sessions: Entry[] = (data?.sessions ?? []).map(({ id }) => ({
    key: `session ${id}`,
    name: id,
    icon: ListTree,
    what: 'session',
    run: () => navigate(sessionAddress(id)),
  }))
  const others = [...useAsked(), ...useRuns(), ...useStatecharts()]
  return text === '' ? [...pages, ...sessions, ...actions] : [...sessions, ...fitting([...pages, ...others, ...actions], text)]
}

/** Each statechart once, whatever versions there are. */
function useStatecharts(): readonly Entry[] {
  const { data } = useQuery({ queryKey: ['machines'], queryFn: ({ signal }) => listMachines(signal), staleTime: 5000 })
  const ids = new Set(data?.machines.map(({ id }) => id))
  return [...ids].map((id) => {
    const run = () => navigate(statechartAddress(id))
    return { key: `statechart ${id}`, name: id, icon: Workflow, what: 'statechart', run }
  })
}

/** What runs have asked. */
function useAsked(): readonly Entry[] {
  const { data = [] } = useApprovals()
  return data.map(({ id, title }) => {
    const run = () => navigate(approvalsAddress({ id }))
    return { key: `approval ${id}`, name: title, icon: Stamp, what: 'approval', run }
  })
}

/** Runs that changed last, found by their name and by their session. */
function useRuns(): readonly Entry[] {
  const { data = [] } = useQuery({
    queryKey: ['runs', 'palette'],
    queryFn: ({ signal }) => listRuns({ limit: 100 }, signal),
    staleTime: 5000,
  })
  return data.map((one) => {
    const run = () => navigate(runAddress(one.id))
    return { key: `run ${one.id}`, name: `${runName(one)} ${one.session}`, icon: ListChecks, what: 'run', run }
  })
}
