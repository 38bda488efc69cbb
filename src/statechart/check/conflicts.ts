import { pathOfTransition } from '../location.ts'
import type { ChartTransition } from '../state-table.ts'
import type { Exploration } from './exploration.ts'
import type { Finding } from './finding.ts'
import { traceTo } from './moment.ts'

/** Transitions of different regions that react to one event and exclude each other: the region written first wins. */
export function regionConflicts({ chart, conflicts }: Exploration): Finding[] {
  const seen = new Set<string>()
  return conflicts.flatMap(({ winner, loser, at, event }) => {
    const pair = `${winner.index} ${loser.index}`
    if (seen.has(pair) || isSame(winner, loser)) return []
    seen.add(pair)
    const isUnguarded = winner.test === undefined && loser.test === undefined
    return [
      {
        kind: 'region-conflict',
        severity: 'warning',
        certainty: isUnguarded ? 'certain' : 'possible',
        path: pathOfTransition(chart, loser),
        message: `is not taken when ${pathOfTransition(chart, winner)} is: both leave the same parallel state, and that region is written first`,
        trace: event === undefined ? traceTo(at) : [...traceTo(at), event],
      } satisfies Finding,
    ]
  })
}

/** Nothing is lost when the other transition leads to the same place and does nothing else. */
function isSame(winner: ChartTransition, loser: ChartTransition): boolean {
  const isQuiet = loser.blocks.every((block) => block.length === 0)
  return isQuiet && loser.targets.join() === winner.targets.join()
}
