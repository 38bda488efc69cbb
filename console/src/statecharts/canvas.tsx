import { useQuery } from '@tanstack/react-query'
import { drawMachine, type Machine } from '../api/machine.ts'
import { Diagram } from '../diagram/diagram.tsx'
import { Bones, Trouble } from '../shell/trouble.tsx'

interface Props {
  readonly machine: Machine
  readonly version: string | null
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
  /** Ids of active states, and of the transition that was taken last. */
  readonly active?: ReadonlySet<string>
  readonly last?: string
}

/** The diagram of a machine, laid out once by the server. */
export function Canvas({ machine, version, ...view }: Props) {
  const drawing = useQuery({
    queryKey: ['machine', machine.id, version, 'diagram', machine.tag],
    queryFn: ({ signal }) => drawMachine(machine.id, version, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (drawing.data) return <Diagram machine={machine} drawing={drawing.data} {...view} />
  if (!drawing.error) return <Bones rows={8} />
  return (
    <div className="center">
      <Trouble error={drawing.error} onRetry={() => void drawing.refetch()} />
    </div>
  )
}
