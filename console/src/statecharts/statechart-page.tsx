import { useCallback } from 'react'
import type { Machine } from '../api/machine.ts'
import { Link } from '../route/link.tsx'
import { useSearch, useSetSearch } from '../route/location.ts'
import { instancesAddress } from '../route/route.ts'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { Canvas } from './canvas.tsx'
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

function Definition({ machine, version }: { readonly machine: Machine; readonly version: string | null }) {
  const setSearch = useSetSearch()
  const asked = useSearch().get('state') ?? undefined
  const state = findState(machine.root, asked ?? machine.root.id) ?? machine.root
  const chosen = asked === undefined ? undefined : state.id
  const choose = useCallback((id: string) => setSearch({ state: id }, { replace: true }), [setSearch])
  return (
    <div className="statechart">
      <Canvas machine={machine} version={version} chosen={chosen} onChoose={choose} />
      <aside className="beside" aria-label="States">
        <p className="about dim">
          Version <span className="mono">{machine.version}</span>, {machine.states} states, {machine.transitions} transitions,{' '}
          <Link to={instancesAddress({ machine: machine.id })}>instances</Link>
        </p>
        <MachineTree root={machine.root} chosen={state.id} onChoose={choose} />
        <StateDetails machine={machine} state={state} onChoose={choose} />
      </aside>
    </div>
  )
}
