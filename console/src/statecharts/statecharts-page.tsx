import { useQuery } from '@tanstack/react-query'
import { Workflow } from 'lucide-react'
import { listMachines, type MachineSummary } from '../api/machine.ts'
import { Link } from '../route/link.tsx'
import { statechartAddress } from '../route/route.ts'
import { Command } from '../shell/command.tsx'
import { Bones, Trouble } from '../shell/trouble.tsx'
import './statecharts.css'

export default function StatechartsPage() {
  const { data, error, refetch } = useQuery({ queryKey: ['machines'], queryFn: ({ signal }) => listMachines(signal) })
  if (!data && !error) return <Bones />
  if (!data)
    return (
      <div className="center">
        <Trouble error={error} onRetry={() => void refetch()} />
      </div>
    )
  return data.machines.length === 0 ? <NoStatecharts /> : <MachineTable machines={data.machines} />
}

function NoStatecharts() {
  return (
    <div className="center">
      <Workflow size={24} className="dim" aria-hidden />
      <h2>Charts of how your agents may behave.</h2>
      <p className="dim">A server shows the machines it was made with. The sample workspace has one.</p>
      <Command text="createServer(hf, { machines: [supportAgent] })" />
    </div>
  )
}

function MachineTable({ machines }: { readonly machines: readonly MachineSummary[] }) {
  const current = new Map(machines.map(({ id, version }) => [id, version]))
  return (
    <div className="statecharts scroll" tabIndex={0} role="region" aria-label="Statecharts">
      <table>
        <thead>
          <tr>
            <th scope="col">Id</th>
            <th scope="col">Version</th>
            <th scope="col" className="number">
              States
            </th>
            <th scope="col" className="number">
              Transitions
            </th>
            <th scope="col" className="waits">
              Waits for
            </th>
          </tr>
        </thead>
        <tbody>
          {machines.map((machine) => (
            <Row key={machine.tag} machine={machine} isCurrent={current.get(machine.id) === machine.version} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ machine, isCurrent }: { readonly machine: MachineSummary; readonly isCurrent: boolean }) {
  const { id, version, states, transitions, events } = machine
  return (
    <tr>
      <th scope="row">
        <Link to={statechartAddress(id, isCurrent ? {} : { version })} className="mono">
          {id}
        </Link>
      </th>
      <td className="mono">{version}</td>
      <td className="number">{states}</td>
      <td className="number">{transitions}</td>
      <td className="mono cut waits" title={events.join('\n')}>
        {events.join(' ')}
      </td>
    </tr>
  )
}
