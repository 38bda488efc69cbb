import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { drawMachine, getMachine, type Machine } from '../api/machine.ts'
import { Diagram } from '../diagram/diagram.tsx'
import { useSearch, useSetSearch } from '../route/location.ts'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { MachineTree } from './machine-tree.tsx'
import { StateDetails } from './state-details.tsx'
import { findState } from './state-rows.ts'
import './statechart.css'

export default function StatechartPage({ id }: { readonly id: string }) {
  const version = useSearch().get('version')
  const machine = useQuery({
    queryKey: ['machine', id, version],
    queryFn: ({ signal }) => getMachine(id, version, signal),
  })
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
          Version <span className="mono">{machine.version}</span>, {machine.states} states, {machine.transitions} transitions
        </p>
        <MachineTree root={machine.root} chosen={state.id} onChoose={choose} />
        <StateDetails machine={machine} state={state} onChoose={choose} />
      </aside>
    </div>
  )
}

interface CanvasProps {
  readonly machine: Machine
  readonly version: string | null
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}

function Canvas({ machine, version, chosen, onChoose }: CanvasProps) {
  const drawing = useQuery({
    queryKey: ['machine', machine.id, version, 'diagram', machine.tag],
    queryFn: ({ signal }) => drawMachine(machine.id, version, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (drawing.data) return <Diagram machine={machine} drawing={drawing.data} chosen={chosen} onChoose={onChoose} />
  if (!drawing.error) return <Bones rows={8} />
  return (
    <div className="center">
      <Trouble error={drawing.error} onRetry={() => void drawing.refetch()} />
    </div>
  )
}
