import { useCallback } from 'react'
import { exportPath, type Machine } from '../api/machine.ts'
import { Link } from '../route/link.tsx'
import { useSearch, useSetSearch } from '../route/location.ts'
import { instancesAddress } from '../route/route.ts'
import { Tabs } from '../shell/tabs.tsx'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { Canvas } from './canvas.tsx'
import { Coverage } from './coverage.tsx'
import { Findings } from './findings.tsx'
import { MachineTree } from './machine-tree.tsx'
import { StateDetails } from './state-details.tsx'
import { findState } from './state-rows.ts'
import { useMachine } from './use-machine.ts'
import './statechart.css'

export default function StatechartPage({ id }: { readonly id: string }) {
  const version = useSearch().get('version')
  const machine = useMachine(id, version)
  if (machine.data) return <Definition machine={machine.data} version={version} />
  if (!machine.error) return <Bones rows={16} />
  return (
    <div className="center">
      <Trouble error={machine.error} onRetry={() => void machine.refetch()} />
    </div>
  )
}

const tabs = [
  ['states', 'States'],
  ['findings', 'Findings'],
  ['coverage', 'Coverage'],
] as const

function Definition({ machine, version }: { readonly machine: Machine; readonly version: string | null }) {
  const setSearch = useSetSearch()
  const search = useSearch()
  const asked = search.get('state') ?? undefined
  const tab = tabs.find(([name]) => name === search.get('tab'))?.[0] ?? 'states'
  const state = findState(machine.root, asked ?? machine.root.id) ?? machine.root
  const chosen = asked === undefined ? undefined : state.id
  const choose = useCallback((id: string) => setSearch({ state: id }, { replace: true }), [setSearch])
  return (
    <div className="statechart">
      <Canvas machine={machine} version={version} chosen={chosen} onChoose={choose} />
      <aside className="beside" aria-label="Definition">
        <About machine={machine} />
        <Tabs
          label="Views of this definition"
          tabs={tabs}
          tab={tab}
          panel="definition-panel"
          onChoose={(name) => setSearch({ tab: name === 'states' ? null : name }, { replace: true })}
        />
        <div
          className={tab === 'states' ? 'panel divided' : 'panel'}
          role="tabpanel"
          id="definition-panel"
          aria-labelledby={`tab-${tab}`}
        >
          {tab === 'findings' && <Findings machine={machine} onChoose={choose} />}
          {tab === 'coverage' && <Coverage machine={machine} onChoose={choose} />}
          {tab === 'states' && (
            <>
              <MachineTree root={machine.root} chosen={state.id} onChoose={choose} />
              <StateDetails machine={machine} state={state} onChoose={choose} />
            </>
          )}
        </div>
      </aside>
    </div>
  )
}

const formats = [
  ['json', 'JSON'],
  ['scxml', 'SCXML'],
  ['mermaid', 'Mermaid'],
] as const

function About({ machine }: { readonly machine: Machine }) {
  const { id, version, states, transitions } = machine
  return (
    <p className="about dim">
      <span>
        Version <span className="mono">{version}</span>, {states} states, {transitions} transitions
      </span>
      <Link to={instancesAddress({ machine: id })}>Instances</Link>
      {formats.map(([format, name]) => (
        <a key={format} href={exportPath(id, version, format)} target="_blank" rel="noreferrer">
          {name}
        </a>
      ))}
    </p>
  )
}
