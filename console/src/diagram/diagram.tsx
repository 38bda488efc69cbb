import { Maximize, Minus, Plus } from 'lucide-react'
import { useEffect, useMemo, useRef } from 'react'
import type { Drawing, Machine, MachineState, Rectangle, StateKind } from '../api/machine.ts'
import { Arrow, ArrowLabel, type ArrowMark } from './arrow.tsx'
import { GroupHead, StateBox } from './state-box.tsx'
import { useDrag } from './use-drag.ts'
import { useView } from './use-view.ts'
import './diagram.css'

interface Props {
  readonly machine: Machine
  readonly drawing: Drawing
  /** Ids of the states that are active: lit, and what leads out of them stands out. */
  readonly active?: ReadonlySet<string>
  /** The id of the transition that was taken last. */
  readonly last?: string
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}

const nobody: ReadonlySet<string> = new Set()

/** A statechart as the server has laid it out. What it shows, the tree beside it says to those who do not see it. */
export function Diagram({ machine, drawing, active = nobody, last, chosen, onChoose }: Props) {
  const element = useRef<SVGSVGElement>(null)
  const { view, move, centre, press, measured, ...zoom } = useView(element, drawing)
  const kinds = useMemo(() => kindsOf(machine.root), [machine])
  useCentred(drawing, chosen, measured ? centre : undefined)
  const drag = useDrag(move, (target) => {
    const id = target.closest<SVGElement>('[data-state]')?.dataset.state
    if (id !== undefined) onChoose(id)
  })
  const sources = useMemo(() => new Map(machine.arrows.map(({ id, source }) => [id, source])), [machine])
  const markOf = (id: string): ArrowMark => (id === last ? 'last' : active.has(sources.get(id) ?? '') ? 'open' : undefined)
  const { states, transitions } = drawing
  const isGroup = (id: string) => kinds.get(id) === 'compound' || kinds.get(id) === 'parallel'
  const box = (state: (typeof states)[number]) => {
    const { id } = state
    return <StateBox key={id} state={state} kind={kinds.get(id) ?? 'atomic'} alive={active.has(id)} chosen={id === chosen} />
  }
  return (
    <div className="diagram">
      <svg ref={element} role="application" tabIndex={0} aria-label={labelOf(machine)} onKeyDown={press} {...drag}>
        <g aria-hidden transform={`translate(${view.x} ${view.y}) scale(${view.zoom})`}>
          {states.filter(({ id }) => isGroup(id)).map(box)}
          {transitions.map(({ id, routes }) => (
            <Arrow key={id} id={id} routes={routes} mark={markOf(id)} />
          ))}
          {states
            .filter(({ id }) => isGroup(id))
            .map((state) => (
              <GroupHead key={state.id} state={state} kind={kinds.get(state.id) ?? 'compound'} />
            ))}
          {states.filter(({ id }) => !isGroup(id)).map(box)}
          {transitions.map(({ id, label }) => label && <ArrowLabel key={id} label={label} mark={markOf(id)} />)}
        </g>
      </svg>
      <ZoomBar {...zoom} />
    </div>
  )
}

function ZoomBar({
  nearer,
  farther,
  fit,
}: {
  readonly nearer: () => void
  readonly farther: () => void
  readonly fit: () => void
}) {
  return (
    <div className="zoom-bar" role="group" aria-label="Zoom">
      <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={nearer}>
        <Plus size={16} aria-hidden />
      </button>
      <button type="button" aria-label="Zoom out" title="Zoom out (-)" onClick={farther}>
        <Minus size={16} aria-hidden />
      </button>
      <button type="button" aria-label="Show all of it" title="Show all of it (0)" onClick={fit}>
        <Maximize size={15} aria-hidden />
      </button>
    </div>
  )
}

/** Brings a state into the middle when it is chosen, and when the page opens with one. */
function useCentred(drawing: Drawing, chosen: string | undefined, centre: ((place: Rectangle) => void) | undefined): void {
  const shown = useRef<string>(undefined)
  useEffect(() => {
    const place = drawing.states.find(({ id }) => id === chosen)
    if (shown.current === chosen || centre === undefined) return
    shown.current = chosen
    if (place) centre(place)
  }, [drawing, chosen, centre])
}

function labelOf({ id, states, transitions }: Machine): string {
  return `Diagram of ${id}: ${states} states, ${transitions} transitions. Arrow keys move it, plus and minus zoom, 0 shows all`
}

function kindsOf(root: MachineState): ReadonlyMap<string, StateKind> {
  const kinds = new Map<string, StateKind>()
  const walk = ({ id, kind, children }: MachineState): void => {
    kinds.set(id, kind)
    children.forEach(walk)
  }
  walk(root)
  return kinds
}
