import type { Chart } from '../chart.ts'
import { ERROR_EXECUTION } from '../event.ts'
import { pathOfState } from '../location.ts'
import { components } from './components.ts'
import type { Exploration } from './exploration.ts'
import type { Finding } from './finding.ts'
import { isCertain, type Moment, type Passage, traceTo } from './moment.ts'

/** Configurations a machine rests in for ever without being done. An error is no way out. */
export function deadEnds(exploration: Exploration): Finding[] {
  const { chart, moments } = exploration
  const seen = new Set<string>()
  return moments.flatMap((moment) => {
    const states = statesOf(chart, moment)
    if (!moment.rests || seen.has(states) || leadsOn(exploration, moment)) return []
    seen.add(states)
    const isUnguarded = moment.configuration.eventless === undefined
    return [
      {
        kind: 'dead-end',
        severity: isUnguarded ? 'warning' : 'info',
        certainty: isUnguarded && isCertain(moment) ? 'certain' : 'possible',
        path: pathOfState(chart, stuckLeaf(chart, [moment])),
        message: isUnguarded
          ? `nothing leads on from ${states}, and it is no final state; make it final, or give it a transition`
          : `when none of its guards holds, nothing leads on from ${states}; give it a transition without a guard`,
        trace: traceTo(moment),
      } satisfies Finding,
    ]
  })
}

/** Where a machine that has an end goes round for ever: sets of moments that lead only to each other. */
export function traps({ chart, moments, complete }: Exploration): Finding[] {
  if (!complete || !hasEnd(chart)) return []
  const seen = new Set<string>()
  const positions = new Map(moments.map((moment, i) => [moment, i]))
  return components(moments, isPlanned).flatMap((members) => {
    const inside = new Set(members)
    const passages = members.flatMap((moment) => moment.passages.filter(isPlanned))
    const isTrap = passages.length > 0 && passages.every(({ to }) => inside.has(to)) && members.some(({ rests }) => rests)
    if (!isTrap) return []
    const [first] = members.sort((a, b) => (positions.get(a) ?? 0) - (positions.get(b) ?? 0))
    const states = [...new Set(members.filter(({ rests }) => rests).map((moment) => statesOf(chart, moment)))].sort()
    // The same states with other histories are the same trap.
    if (seen.has(states.join())) return []
    seen.add(states.join())
    return [
      {
        kind: 'cannot-finish',
        severity: 'warning',
        certainty: isCertain(first) ? 'certain' : 'possible',
        path: pathOfState(chart, stuckLeaf(chart, members)),
        message: `the machine cannot be done any more: it stays among ${listed(states)}`,
        trace: traceTo(first),
      } satisfies Finding,
    ]
  })
}

/** When the bound cut the passages of a moment off, what its states wait for says whether there would be any. */
function leadsOn({ alphabet, complete }: Exploration, { passages, configuration }: Moment): boolean {
  if (passages.some((passage) => passage.event !== undefined && isPlanned(passage))) return true
  return !complete && alphabet.arriving(configuration).some((type) => type !== ERROR_EXECUTION)
}

/** Of the innermost states of the first moment: one the others do not share, or else the first that is not final. */
function stuckLeaf({ table }: Chart, [first, ...others]: readonly Moment[]): number {
  const leaves = first?.configuration.leaves ?? []
  const moving = leaves.find((leaf) => others.some(({ configuration }) => !configuration.has(leaf)))
  return moving ?? leaves.find((leaf) => table.at(leaf).kind !== 'final') ?? leaves[0] ?? 0
}

function isPlanned({ event }: Passage): boolean {
  return event !== ERROR_EXECUTION
}

/** True when the machine as a whole can be in a final state, by its structure. */
function hasEnd(chart: Chart, index = 0): boolean {
  const { kind, children } = chart.table.at(index)
  if (kind === 'parallel') return children.every((child) => hasEnd(chart, child))
  return children.some((child) => chart.table.at(child).kind === 'final')
}

function statesOf({ table }: Chart, { configuration }: Moment): string {
  return configuration.leaves.map((leaf) => table.at(leaf).id).join(' + ')
}

function listed(states: readonly string[]): string {
  const shown = states.slice(0, 5).join(', ')
  return states.length > 5 ? `${shown} and ${states.length - 5} more` : shown
}
