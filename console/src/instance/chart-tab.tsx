import { useCallback, useMemo } from 'react'
import type { Instance, InstanceMoment } from '../api/instance.ts'
import { useSearch, useSetSearch } from '../route/location.ts'
import { Trouble } from '../shell/trouble.tsx'
import { Canvas } from '../statecharts/canvas.tsx'
import { MachineTree } from '../statecharts/machine-tree.tsx'
import { StateDetails } from '../statecharts/state-details.tsx'
import { findState } from '../statecharts/state-rows.ts'
import { useMachine } from '../statecharts/use-machine.ts'
import { activeIn } from './active.ts'
import { Guidance } from './guidance.tsx'
import { InstanceFacts } from './instance-facts.tsx'
import { NextEvents } from './next-events.tsx'
import { useSteps } from './use-instance.ts'

interface Props {
  readonly instance: Instance
  readonly shown: InstanceMoment
  readonly at: number
}

/** The statechart with what is active lit, and what may happen next. */
export function ChartTab({ instance, shown, at }: Props) {
  const { machine: id, version, states } = shown
  const machine = useMachine(id, version)
  const step = useSteps(instance.id, at, at, instance.revision).get(at)?.steps.at(-1)
  const asked = useSearch().get('state')
  const setSearch = useSetSearch()
  const choose = useCallback((state: string) => setSearch({ state }, { replace: true }), [setSearch])
  const root = machine.data?.root
  const active = useMemo(() => (root ? activeIn(root, states) : undefined), [root, states])
  const chosen = (root && findState(root, asked ?? states[0] ?? root.id)) ?? root
  const last = step?.taken?.at(-1)
  const isNow = at === instance.revision
  return (
    <div className="instance">
      <div className="instance-chart">
        {machine.data ? (
          <Canvas
            machine={machine.data}
            version={version}
            chosen={asked ?? undefined}
            onChoose={choose}
            {...(active && { active })}
            {...(last !== undefined && { last })}
          />
        ) : (
          machine.error && <UnknownMachine tag={shown.tag} error={machine.error} />
        )}
      </div>
      <aside className="instance-side scroll" aria-label="Instance" tabIndex={0}>
        <InstanceFacts shown={shown} step={step} isNow={isNow} />
        {isNow && <NextEvents instance={instance} machine={machine.data} active={active} />}
        {isNow && <Guidance instance={instance} />}
        {machine.data && chosen && active && (
          <section>
            <h2>States</h2>
            <MachineTree root={machine.data.root} chosen={asked ?? undefined} onChoose={choose} active={active} />
            <StateDetails machine={machine.data} state={chosen} onChoose={choose} />
          </section>
        )}
      </aside>
    </div>
  )
}

function UnknownMachine({ tag, error }: { readonly tag: string; readonly error: Error }) {
  return (
    <div className="center">
      <h2>This server does not know the machine</h2>
      <p className="dim">
        The instance was stored by <span className="mono">{tag}</span>. Start the server with it, or define it: it cannot be drawn
        or moved without.
      </p>
      <Trouble error={error} />
    </div>
  )
}
