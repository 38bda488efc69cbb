import { memo } from 'react'
import type { DrawnState, StateKind } from '../api/machine.ts'

interface Props {
  readonly state: DrawnState
  readonly kind: StateKind
  readonly alive: boolean
  readonly chosen: boolean
}

/** The heads of a state, and of one with others in it; the server leaves as much room. */
const HEAD = 38
const GROUP_HEAD = 40
const ROW = 20

export const StateBox = memo(function StateBox({ state, kind, alive, chosen }: Props) {
  const { id, x, y, width, height } = state
  return (
    <g
      className={`state ${kind}`}
      data-state={kind === 'initial' ? undefined : id}
      data-alive={alive || undefined}
      data-chosen={chosen || undefined}
      transform={`translate(${x} ${y})`}
    >
      {kind === 'initial' ? (
        <circle className="beginning" r={width / 2} cx={width / 2} cy={height / 2} />
      ) : kind === 'shallow' || kind === 'deep' ? (
        <History {...state} />
      ) : kind === 'compound' || kind === 'parallel' ? (
        <Group {...state} />
      ) : (
        <Leaf {...state} isFinal={kind === 'final'} />
      )}
    </g>
  )
})

function History({ width, label }: DrawnState) {
  const middle = width / 2
  return (
    <>
      <circle className="halo" r={middle + 2.5} cx={middle} cy={middle} />
      <circle className="box" r={middle} cx={middle} cy={middle} />
      <text className="history" x={middle} y={middle + 4} textAnchor="middle">
        {label}
      </text>
    </>
  )
}

function Group({ width, height }: DrawnState) {
  return <rect className="box" width={width} height={height} rx={14} />
}

/** What is written in a state with others in it: above the arrows that pass, so that it stays readable. */
export const GroupHead = memo(function GroupHead({ state, kind }: Pick<Props, 'state' | 'kind'>) {
  const { x, y, label, label_width, rows } = state
  return (
    <g className="group-head" transform={`translate(${x} ${y})`}>
      <text className="name" x={16} y={25}>
        {label}
      </text>
      {kind === 'parallel' && <Badge x={16 + label_width + 8} />}
      <Rows rows={rows} top={GROUP_HEAD} left={16} />
    </g>
  )
})

function Badge({ x }: { readonly x: number }) {
  return (
    <>
      <rect className="badge" x={x} y={12} width={62} height={17} rx={4} />
      <text className="badge-text" x={x + 31} y={24} textAnchor="middle">
        PARALLEL
      </text>
    </>
  )
}

function Leaf({ width, height, label, rows, isFinal }: DrawnState & { readonly isFinal: boolean }) {
  return (
    <>
      <rect className="halo" x={-2.5} y={-2.5} width={width + 5} height={height + 5} rx={11.5} />
      <rect className="box" width={width} height={height} rx={9} />
      <circle className="dot" cx={16} cy={HEAD / 2} r={3.5} />
      <text className="name" x={28} y={HEAD / 2 + 4.5}>
        {label}
      </text>
      {isFinal && <FinalRing x={width - 18} />}
      {rows.length > 0 && <line className="rule" x1={0.5} x2={width - 0.5} y1={HEAD} y2={HEAD} />}
      <Rows rows={rows} top={HEAD + 2} left={12} />
    </>
  )
}

function FinalRing({ x }: { readonly x: number }) {
  return (
    <>
      <circle className="ring" cx={x} cy={HEAD / 2} r={5.5} />
      <circle className="ring-core" cx={x} cy={HEAD / 2} r={2.5} />
    </>
  )
}

/** A letter of JetBrains Mono is 0.6 of its size wide. */
const WORD = 10 * 0.6

function Rows({ rows, top, left }: { readonly rows: DrawnState['rows']; readonly top: number; readonly left: number }) {
  return rows.map(({ word, text }, at) => (
    <text key={`${word} ${text}`} className="row" x={left} y={top + at * ROW + 14}>
      <tspan className={`word ${word}`}>{word}</tspan>
      <tspan x={left + word.length * WORD + 6}>{text}</tspan>
    </text>
  ))
}
