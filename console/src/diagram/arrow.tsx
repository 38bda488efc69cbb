import { memo } from 'react'
import type { DrawnLabel, DrawnTransition } from '../api/machine.ts'
import { arrowHead, routePath } from './route-path.ts'

/** `open`: its source is active. `last`: it was taken last. */
export type ArrowMark = 'open' | 'last' | undefined

export const Arrow = memo(function Arrow({
  id,
  routes,
  mark,
}: Pick<DrawnTransition, 'id' | 'routes'> & { readonly mark: ArrowMark }) {
  return (
    <g className="arrow" data-mark={mark}>
      {routes.map((route, nth) => (
        <g key={`${id} ${nth.toString()}`}>
          <path className="line" d={routePath(route)} />
          <path className="head" d={arrowHead(route)} />
        </g>
      ))}
    </g>
  )
})

export const ArrowLabel = memo(function ArrowLabel({ label, mark }: { readonly label: DrawnLabel; readonly mark: ArrowMark }) {
  const { x, y, width, height, trigger, guard, actions } = label
  const hasFirst = trigger !== '' || guard !== undefined
  return (
    <g className="arrow-label" data-mark={mark} transform={`translate(${x} ${y})`}>
      <rect width={width} height={height} rx={6} />
      {hasFirst && (
        <text className="trigger" x={width / 2} y={14} textAnchor="middle">
          {trigger}
          {guard !== undefined && (
            <tspan className="guard">
              {trigger === '' ? '' : ' '}[{guard}]
            </tspan>
          )}
        </text>
      )}
      {actions !== undefined && (
        <text className="actions" x={width / 2} y={hasFirst ? 27 : 14} textAnchor="middle">
          {actions}
        </text>
      )}
    </g>
  )
})
