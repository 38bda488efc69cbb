import type { Chart } from './chart.ts'
import { writeDescriptor } from './descriptor.ts'
import type { ChartTransition } from './state-table.ts'

/** Where a state stands in its definition: the id of the machine, then keys. */
export function pathOfState({ blueprint, table }: Chart, state: number): string {
  return state === 0 ? blueprint.id : `${blueprint.id}.${table.at(state).id}`
}

/** Where a transition stands in its definition; of an imported machine, how it reads. */
export function pathOfTransition(chart: Chart, transition: ChartTransition): string {
  if (transition.path !== undefined) return transition.path
  const alike = chart.table.at(transition.source).transitions.filter((other) => eventsOf(other) === eventsOf(transition))
  const path = `${pathOfState(chart, transition.source)}.${eventsOf(transition)}`
  return alike.length === 1 ? path : `${path}.${alike.indexOf(transition)}`
}

function eventsOf({ on }: ChartTransition): string {
  return on.map(writeDescriptor).join(' ') || 'always'
}

/** All transitions of a machine, in document order; where compound states begin is none of them. */
export function transitionsOf({ table }: Chart): ChartTransition[] {
  return table.all.flatMap(({ transitions }) => transitions)
}
